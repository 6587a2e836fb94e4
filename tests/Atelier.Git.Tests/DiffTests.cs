using Atelier.Git.Diffs;
using Atelier.TestKit;

namespace Atelier.Git.Tests;

public sealed class DiffTests : IDisposable
{
    private readonly TemporaryRepository _repository = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task Each_kind_of_change_is_told_with_its_lines()
    {
        _repository.Write("gone.txt", "one\ntwo\n");
        _repository.Write("moved.txt", string.Concat(Enumerable.Range(0, 20).Select(line => $"line {line}\n")));
        _repository.Write("kind", "a file\n");
        var from = _repository.Commit("edited.txt", "a\nb\nc\n", "Before");
        File.Delete(Path.Combine(_repository.Path, "gone.txt"));
        Directory.CreateDirectory(Path.Combine(_repository.Path, "to"));
        File.Move(Path.Combine(_repository.Path, "moved.txt"), Path.Combine(_repository.Path, "to/moved.txt"));
        File.Delete(Path.Combine(_repository.Path, "kind"));
        File.CreateSymbolicLink(Path.Combine(_repository.Path, "kind"), "edited.txt");
        File.WriteAllBytes(Path.Combine(_repository.Path, "image.png"), [0, 1, 2, 0]);
        _repository.Write("new\tname \"x\".txt", "new");
        var to = _repository.Commit("edited.txt", "a\nB\nc\nd\n", "After");

        var diff = await Reader().ReadAsync(from, to, path: null, new DiffLimits(), Token);

        Assert.Equal(
            [
                ("edited.txt", FileChange.Modified, 2, 1), ("gone.txt", FileChange.Deleted, 0, 2), ("image.png", FileChange.Added, null, null),
                ("kind", FileChange.TypeChanged, 1, 1), ("new\tname \"x\".txt", FileChange.Added, 1, 0), ("to/moved.txt", FileChange.Renamed, 0, 0),
            ],
            diff.Files.Select(file => (file.Path, file.Change, file.Additions, file.Deletions)));
        Assert.Equal(("moved.txt", 6, 4, 4), (diff.Files[5].OldPath, diff.FileCount, diff.Additions, diff.Deletions));
        var hunk = Assert.Single(diff.Files[0].Hunks);
        Assert.Equal((1, 3, 1, 4), (hunk.OldStart, hunk.OldLines, hunk.NewStart, hunk.NewLines));
        Assert.Equal([" a", "-b", "+B", " c", "+d"], hunk.Lines);
        Assert.Equal(2, diff.Files[3].Hunks.Count);
        Assert.Equal(["+new", "\\ No newline at end of file"], Assert.Single(diff.Files[4].Hunks).Lines);
        Assert.Equal(_repository.Git("rev-parse", $"{to}:edited.txt"), diff.Files[0].NewHash);
    }

    [Fact]
    public async Task What_is_too_much_is_left_out_and_said_to_be()
    {
        var from = _repository.Git("rev-parse", "HEAD");
        _repository.Write("long.txt", string.Concat(Enumerable.Range(0, 50).Select(line => $"{line}\n")));
        _repository.Write("wide.txt", new string('x', 500));
        _repository.Write("z1.txt", "small\n");
        var to = _repository.Commit("z2.txt", "small\n", "After");

        var diff = await Reader().ReadAsync(from, to, path: null, new DiffLimits { MaxFiles = 3, MaxLinesPerFile = 20, MaxFileLength = 100 }, Token);
        var one = await Reader().ReadAsync(from, to, "wide.txt", new DiffLimits { MaxFileLength = 1_000 }, Token);

        Assert.Equal([("long.txt", true), ("wide.txt", true), ("z1.txt", false)], diff.Files.Select(file => (file.Path, file.IsTooLarge)));
        Assert.Equal((4, 53), (diff.FileCount, diff.Additions));
        Assert.Equal((1, false), (one.FileCount, Assert.Single(one.Files).IsTooLarge));
    }

    [Theory]
    [Trait("kind", "random")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public Task Old_contents_and_hunks_make_the_new_contents(int seed) => RandomAsync(seed, steps: 4);

    [Theory]
    [Trait("kind", "soak")]
    [InlineData(10)]
    [InlineData(20)]
    public Task Old_contents_and_hunks_make_the_new_contents_for_long(int seed) => RandomAsync(seed, steps: 150);

    private async Task RandomAsync(int seed, int steps)
    {
        var files = new RandomFiles(_repository, new Random(seed));
        var from = _repository.Git("rev-parse", "HEAD");
        for (var step = 0; step < steps; step++)
        {
            files.Change();
            _repository.Git("add", "--all");
            _repository.Git("commit", "--quiet", "--allow-empty", "-m", $"Step {step}");
            var to = _repository.Git("rev-parse", "HEAD");

            var diff = await Reader().ReadAsync(from, to, path: null, new DiffLimits(), Token);

            foreach (var file in diff.Files.Where(file => file is { IsBinary: false, IsTooLarge: false }))
            {
                var was = file.OldHash is { } old ? Blob(old) : "";
                Assert.True(Blob(file.NewHash) == Applied(was, file), $"Seed {seed}, step {step}: {file.Path} is not what its hunks say.");
            }

            Assert.Equal(_repository.Git("diff", "--name-only", "-z", "--no-renames", from, to).Split('\0', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal),
                diff.Files.SelectMany(file => file.OldPath is { } old ? new[] { file.Path, old } : [file.Path]).Order(StringComparer.Ordinal));
            from = step % 3 == 0 ? to : from;
        }
    }

    private string Blob(string? hash)
    {
        if (hash is null)
        {
            return "";
        }

        var file = _repository.Beside("blob");
        File.WriteAllText(file, "");
        TemporaryRepository.GitIn(_repository.Path, "-c", "alias.blob=!git cat-file blob " + hash + " > '" + file + "'", "blob");
        return File.ReadAllText(file);
    }

    private static string Applied(string was, FileDiff file)
    {
        var old = was.Split('\n').ToList();
        if (old[^1].Length == 0)
        {
            old.RemoveAt(old.Count - 1);
        }

        var now = new List<string>();
        var at = 0;
        var endsOpen = was.Length > 0 && !was.EndsWith('\n');
        foreach (var hunk in file.Hunks)
        {
            var start = hunk.OldLines == 0 ? hunk.OldStart : hunk.OldStart - 1;
            now.AddRange(old[at..start]);
            at = start;
            var last = ' ';
            foreach (var line in hunk.Lines)
            {
                switch (line[0])
                {
                    case '+':
                        now.Add(line[1..]);
                        endsOpen = at >= old.Count ? false : endsOpen;
                        break;
                    case '-':
                        Assert.Equal(old[at++], line[1..]);
                        endsOpen = at >= old.Count ? false : endsOpen;
                        break;
                    case ' ':
                        Assert.Equal(old[at], line[1..]);
                        now.Add(old[at++]);
                        endsOpen = at >= old.Count ? false : endsOpen;
                        break;
                    case '\\':
                        endsOpen = last != '-' || endsOpen;
                        break;
                }

                last = line[0];
            }
        }

        now.AddRange(old[at..]);
        return string.Join('\n', now) + (now.Count > 0 && !endsOpen ? "\n" : "");
    }

    private TreeDiffReader Reader() => new(TestGit.Program, _repository.Path);
}
