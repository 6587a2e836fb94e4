using Atelier.TestKit;

namespace Atelier.Git.Tests;

/// <summary>Changes files of a repository's working tree at random: text, bytes, names, modes.</summary>
internal sealed class RandomFiles(TemporaryRepository repository, Random random)
{
    private static readonly string[] s_names = ["a.txt", "b.txt", "dir/c.txt", "dir/deep/d.txt", "with blank.txt", "ümlaut.txt", "quo\"te.txt", "tab\tname.txt", "bytes.bin"];

    public void Change()
    {
        for (var count = random.Next(1, 5); count > 0; count--)
        {
            ChangeOne();
        }
    }

    private void ChangeOne()
    {
        var name = s_names[random.Next(s_names.Length)];
        var path = Path.Combine(repository.Path, name);
        switch (random.Next(6))
        {
            case 0 when File.Exists(path):
                File.Delete(path);
                break;
            case 1 when File.Exists(path):
                var other = Path.Combine(repository.Path, s_names[random.Next(s_names.Length)]);
                Directory.CreateDirectory(Path.GetDirectoryName(other) ?? repository.Path);
                File.Move(path, other, overwrite: true);
                break;
            case 2 when File.Exists(path):
                File.SetUnixFileMode(path, File.GetUnixFileMode(path) ^ UnixFileMode.UserExecute);
                break;
            case 3 when File.Exists(path):
                var lines = File.ReadAllText(path).Split('\n').ToList();
                lines[random.Next(lines.Count)] = $"changed {random.Next(100)}";
                lines.Insert(random.Next(lines.Count), $"inserted {random.Next(100)}");
                File.WriteAllText(path, string.Join('\n', lines));
                break;
            case 4 when name == "bytes.bin":
                var bytes = new byte[random.Next(300)];
                random.NextBytes(bytes);
                File.WriteAllBytes(path, bytes);
                break;
            default:
                repository.Write(name, string.Concat(Enumerable.Range(0, random.Next(40)).Select(line => $"line {line} of {random.Next(3)}\n")) + (random.Next(3) == 0 ? "no end" : ""));
                break;
        }
    }
}
