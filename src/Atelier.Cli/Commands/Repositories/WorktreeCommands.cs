using System.CommandLine;
using Atelier.Client.Api;

namespace Atelier.Cli.Commands.Repositories;

/// <summary><c>atelier repositories worktrees list|remove</c>.</summary>
internal static class WorktreeCommands
{
    private static readonly Argument<string> s_repository = new("repository") { Description = RepositoryIds.Description };

    public static Command Make() => new("worktrees", "A repository's worktrees") { List(), Remove() };

    private static Command List() => new Command("list", "List worktrees: what they take, and what would be lost with them") { s_repository }.Runs(
        async (run, cancellationToken) =>
        {
            var json = await run.Api.SendAsync(HttpMethod.Get, await PathAsync(run, cancellationToken), cancellationToken);
            run.Output.Answer(json, output => output.Table(
                "No worktrees.",
                ["PATH", "BRANCH", "SESSIONS", "UNCOMMITTED", "UNPUSHED", "MIB", "SAFE TO REMOVE"],
                ApiClient.Read(json, ApiJson.Default.WorktreesAnswer).Worktrees.Select(worktree => new[]
                {
                    worktree.Path,
                    worktree.Branch ?? "",
                    $"{worktree.SessionIds.Count}",
                    $"{worktree.UncommittedFiles}",
                    $"{worktree.UnpushedCommits}",
                    worktree.DiskBytes is { } bytes ? $"{bytes >> 20}" : "",
                    worktree.IsMain ? "" : worktree.IsSafeToRemove ? "yes" : "no",
                })));
        });

    private static Command Remove()
    {
        var place = new Argument<string>("path") { Description = "Its path on the host, as the list shows it" };
        var discard = new Option<bool>("--discard-work") { Description = "Also when work in it is neither committed nor pushed" };
        return new Command("remove", "Remove a worktree; its branch stays") { s_repository, place, discard }.Runs(async (run, cancellationToken) =>
        {
            var query = $"?path={Uri.EscapeDataString(run.Value(place))}&discardWork={(run.Value(discard) ? "true" : "false")}";
            await run.Api.SendAsync(HttpMethod.Delete, await PathAsync(run, cancellationToken) + query, cancellationToken);
            run.Output.Done();
        });
    }

    private static async Task<string> PathAsync(CommandRun run, CancellationToken cancellationToken) =>
        $"/api/repositories/{Uri.EscapeDataString(await RepositoryIds.FindAsync(run.Api, run.Value(s_repository), cancellationToken))}/worktrees";
}
