using System.Text;

namespace Atelier.DemoAgent.Jobs;

/// <summary>The folder that the agent works in, and the little that it does there.</summary>
internal sealed class Worktree(string path, TimeProvider time)
{
    private const int LargestText = 1 << 20;
    private const int LongestListing = 20;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The README, however it is written; the path where one would be when there is none.</summary>
    public string Readme => Directory.EnumerateFiles(path)
        .Where(file => string.Equals(Path.GetFileName(file), "README.md", StringComparison.OrdinalIgnoreCase))
        .Order(StringComparer.Ordinal).FirstOrDefault() ?? Path.Combine(path, "README.md");

    /// <summary>Text of a file; null when there is none, or it is no plain text of ours to change (a link, too large, another encoding).</summary>
    public static string? Read(string file)
    {
        var found = new FileInfo(file);
        if (!found.Exists || found.LinkTarget is not null || found.Length > LargestText)
        {
            return null;
        }

        try
        {
            return s_strict.GetString(File.ReadAllBytes(file));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Writes a file whole or not at all; its mode stays.</summary>
    public static void Write(string file, string text)
    {
        var draft = $"{file}.new";
        File.WriteAllText(draft, text, s_strict);
        if (File.Exists(file))
        {
            File.SetUnixFileMode(draft, File.GetUnixFileMode(file));
        }

        File.Move(draft, file, overwrite: true);
    }

    /// <summary>Path of a file that is not there yet.</summary>
    public string NewNotes(string slug)
    {
        var file = Path.Combine(path, $"NOTES-{slug}.md");
        for (var number = 2; Path.Exists(file); number++)
        {
            file = Path.Combine(path, $"NOTES-{slug}-{number}.md");
        }

        return file;
    }

    /// <summary>What is in the folder, the first of it.</summary>
    public IReadOnlyList<string> Listing()
    {
        string[] names =
        [
            .. Directory.EnumerateFileSystemEntries(path).Where(entry => Path.GetFileName(entry) != ".git")
                .Select(entry => Path.GetFileName(entry) + (Directory.Exists(entry) ? "/" : "")).Order(StringComparer.Ordinal),
        ];
        return names.Length <= LongestListing ? names : [.. names.Take(LongestListing), $"… and {names.Length - LongestListing} more"];
    }

    public Task<CommandResult> RunAsync(string line, CancellationToken cancellationToken) =>
        RunAsync(line, new Dictionary<string, string>(), cancellationToken);

    /// <summary>Runs a line that commits; where git does not know who the person is, the agent signs.</summary>
    public async Task<CommandResult> CommitAsync(string line, CancellationToken cancellationToken)
    {
        var known = await RunAsync("git config user.email && git config user.name", cancellationToken);
        var environment = new Dictionary<string, string>();
        if (!known.Succeeded)
        {
            foreach (var role in (string[])["AUTHOR", "COMMITTER"])
            {
                environment[$"GIT_{role}_NAME"] = "Atelier demo agent";
                environment[$"GIT_{role}_EMAIL"] = "demo-agent@localhost";
            }
        }

        return await RunAsync(line, environment, cancellationToken);
    }

    /// <summary>The commit that is checked out; null when there is none.</summary>
    public async Task<string?> HeadAsync(CancellationToken cancellationToken) =>
        await RunAsync("git rev-parse --verify --quiet HEAD", cancellationToken) is { Succeeded: true, Output: var head } ? head : null;

    private Task<CommandResult> RunAsync(string line, Dictionary<string, string> environment, CancellationToken cancellationToken) =>
        ShellCommand.RunAsync(line, path, environment, time, cancellationToken);
}
