using System.ComponentModel;
using Atelier.Git;
using Atelier.Git.Processes;
using Atelier.HostDaemon.Files;
using Atelier.HostDaemon.ServerLink;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;
using Atelier.Protocol.Layout;

namespace Atelier.HostDaemon.AgentAdapters.Files;

/// <summary>Lists and searches files of worktrees for agents. What git ignores is left out where it looks into folders.</summary>
internal sealed class AgentFileSearch(GitProgram git, IReadOnlyDictionary<string, string> environment)
{
    private const int MostLines = 1_000;
    private const int MostEntries = 10_000;
    private const int MaxLineLength = 500;
    private const int MaxOutputBytes = 8 << 20;

    public async Task<FileList> ListAsync(ListFilesRequest request, CancellationToken cancellationToken)
    {
        var folder = ConfinedPath.Of(request.Worktree, request.Path);
        if (!Directory.Exists(folder))
        {
            throw new JsonRpcException(LinkRefusals.NotFound, $"There is no folder {request.Path}.");
        }

        var most = Math.Clamp(request.Limit, 1, MostEntries);
        var all = request.IsDeep
            ? (await git.TryRunAsync(folder, ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"], cancellationToken)) is { ExitCode: 0 } listed
                ? listed.Text.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(path => File.Exists(Path.Combine(folder, path))).Order(StringComparer.Ordinal).ToList()
                : throw new JsonRpcException(LinkRefusals.Git, $"git cannot list {request.Path}.")
            : new DirectoryInfo(folder).EnumerateFileSystemInfos().Where(entry => entry.Name != ".git")
                .Select(entry => entry is DirectoryInfo ? $"{entry.Name}/" : entry.Name).Order(StringComparer.Ordinal).ToList();
        return new FileList([.. all.Take(most)], all.Count > most);
    }

    public async Task<FoundText> SearchAsync(SearchTextRequest request, CancellationToken cancellationToken)
    {
        var worktree = RealPath.Of(request.Worktree);
        var path = ConfinedPath.Of(request.Worktree, request.Path);
        if (!Path.Exists(path))
        {
            throw new JsonRpcException(LinkRefusals.NotFound, $"There is nothing at {request.Path}.");
        }

        var below = Path.GetRelativePath(worktree, path);
        var most = Math.Clamp(request.Limit, 1, MostLines);
        var result = InstalledPrograms.Find("rg", environment.GetValueOrDefault("PATH", "")) is { } ripgrep
            ? await RipgrepAsync(ripgrep, worktree, below, request, cancellationToken)
            : await git.TryRunAsync(worktree, GitArguments(below, request), cancellationToken);
        if (result is { ExitCode: > 1, IsOutputCut: false })
        {
            throw new JsonRpcException(LinkRefusals.Invalid, $"It cannot be searched for: {result.Error.Trim()}");
        }

        var lines = result.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new FoundText(
            [.. lines.Take(most).Select(line => line.StartsWith("./", StringComparison.Ordinal) ? line[2..] : line).Select(Fit)], result.IsOutputCut || lines.Length > most);
    }

    private static string Fit(string line) => line.Length <= MaxLineLength ? line
        : $"{line[..(char.IsHighSurrogate(line[MaxLineLength - 1]) ? MaxLineLength - 1 : MaxLineLength)]}…";

    private static string[] GitArguments(string below, SearchTextRequest request) =>
    [
        "grep", "--line-number", "-I", "--untracked", "--no-color", "--full-name", "--extended-regexp", .. request.IgnoresCase ? ["--ignore-case"] : Array.Empty<string>(),
        "-e", request.Pattern, "--", request.Glob is { } glob ? $":(glob){(below == "." ? "" : $"{below}/")}**/{glob}" : below,
    ];

    private async Task<ChildResult> RipgrepAsync(string ripgrep, string worktree, string below, SearchTextRequest request, CancellationToken cancellationToken)
    {
        var command = new ChildCommand(
            ripgrep,
            [
                "--line-number", "--no-heading", "--with-filename", "--color=never", "--hidden", "--glob=!.git", "--sort=path", "--no-config",
                .. request.IgnoresCase ? ["--ignore-case"] : Array.Empty<string>(), .. request.Glob is { } glob ? [$"--glob={glob}"] : Array.Empty<string>(),
                "-e", request.Pattern, "--", below,
            ],
            worktree)
        {
            Environment = environment,
            MaxOutputBytes = MaxOutputBytes,
        };
        try
        {
            return await ChildProcess.RunAsync(command, cancellationToken);
        }
        catch (Win32Exception)
        {
            return await git.TryRunAsync(worktree, GitArguments(below, request), cancellationToken);
        }
    }
}
