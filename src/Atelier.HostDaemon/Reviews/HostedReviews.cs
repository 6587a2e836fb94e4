using System.Collections.Concurrent;
using Atelier.Git;
using Atelier.Git.Checkpoints;
using Atelier.Git.Diffs;
using Atelier.Git.Landings;
using Atelier.Git.Repositories;
using Atelier.HostDaemon.ServerLink;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;

namespace Atelier.HostDaemon.Reviews;

/// <summary>Looks at the work in worktrees, keeps and restores it, and lands it. Git holds the truth; what is remembered here only saves asking it twice.</summary>
internal sealed class HostedReviews(GitProgram git)
{
    private const int MostForecasts = 10_000;

    private readonly CheckpointLimits _limits = new();
    private readonly ConcurrentDictionary<(string Into, string What), MergeForecast> _forecasts = new();
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _worktrees = new(StringComparer.Ordinal);

    public Task<CheckpointFacts> KeepAsync(CheckpointRequest request, CancellationToken cancellationToken) =>
        InTurnAsync(request.Worktree, async () => Facts(await In(request.Worktree).KeepAsync(request.Name, request.Replaces, cancellationToken)), cancellationToken);

    public Task<CheckpointFacts> RestoreAsync(RestoreRequest request, CancellationToken cancellationToken) =>
        InTurnAsync(
            request.Worktree,
            async () =>
            {
                try
                {
                    return Facts(await In(request.Worktree).RestoreAsync(request.Commit, request.KeepsNowAs, cancellationToken));
                }
                catch (GitException changed) when (changed.Error.Contains("not uptodate", StringComparison.Ordinal))
                {
                    throw new JsonRpcException(LinkRefusals.Changed, "A file was written while it was restored; try again.");
                }
            },
            cancellationToken);

    public async Task<Done> DropAsync(DropReferencesRequest request, CancellationToken cancellationToken)
    {
        await WorktreeCheckpoints.DropAsync(git, request.RepositoryPath, request.Names, cancellationToken);
        return new Done();
    }

    public async Task<DiffReply> DiffAsync(DiffRequest request, CancellationToken cancellationToken)
    {
        var now = request.To is null ? await NowAsync(request.Worktree, request.RepositoryPath, request.Branch, cancellationToken) : null;
        var to = request.To ?? now?.Commit ?? throw NoBranch(request.Branch);
        var reader = new TreeDiffReader(git, request.RepositoryPath);
        var from = request.From ?? await BaseAsync(reader, request, to, cancellationToken);
        var limits = new DiffLimits
        {
            MaxFiles = request.MaxFiles,
            MaxFileLength = request.MaxFileLength,
            MaxLength = request.MaxLength,
            MaxLinesPerFile = request.MaxLinesPerFile,
        };
        var diff = await reader.ReadAsync(from, to, request.Path, limits, cancellationToken);
        return new DiffReply(from, to, [.. diff.Files.Select(Facts)], diff.FileCount, diff.Additions, diff.Deletions, now?.LeftOut ?? 0);
    }

    public async Task<ForecastReply> ForecastAsync(ForecastRequest request, CancellationToken cancellationToken)
    {
        var repository = new Repository(git, request.RepositoryPath);
        var now = await NowAsync(request.Worktree, request.RepositoryPath, request.Branch, cancellationToken) ?? throw NoBranch(request.Branch);
        var forecasts = new List<ForecastFacts>();
        foreach (var other in request.Others)
        {
            var branch = await repository.FindCommitAsync($"refs/heads/{other.Branch}", cancellationToken)
                ?? await repository.FindCommitAsync($"refs/remotes/origin/{other.Branch}", cancellationToken);
            var isNewer = other.Checkpoint is { } checkpoint && branch is not null && await repository.FindCommitAsync($"{checkpoint}^1", cancellationToken) == branch;
            var into = isNewer ? other.Checkpoint : branch;
            forecasts.Add(new ForecastFacts(into, into is null ? [] : (await ForecastAsync(request.RepositoryPath, into, now.Commit, cancellationToken)).Conflicts));
        }

        return new ForecastReply(now.Commit, forecasts);
    }

    public async Task<LandReply> LandAsync(LandRequest request, CancellationToken cancellationToken)
    {
        var landing = new Landing(
            request.Mark,
            request.Worktree,
            request.Branch,
            request.Into,
            request.How == "squash" ? LandingHow.Squash : LandingHow.Merge,
            request.Message,
            request is { AuthorName: { } name, AuthorEmail: { } email } ? new CommitAuthor(name, email) : null)
        {
            Trailers = request.Trailers,
            CommitMessage = request.CommitMessage,
            RunsHooks = request.RunsHooks,
            Signs = request.Signs,
        };
        var isPush = request.How == "push";
        var branch = new BranchLanding(git, request.RepositoryPath);
        var result = isPush ? await branch.PushAsync(landing, cancellationToken) : await branch.LandAsync(landing, cancellationToken);
        var remote = isPush ? (await new Repository(git, request.RepositoryPath).InspectAsync(cancellationToken)).RemoteUrl : null;
        return result switch
        {
            LandingResult.Landed landed => new LandReply(LandOutcome.Landed, landed.Commit, [], Reason: null, Detail: null, remote),
            LandingResult.Conflicts conflicts => new LandReply(LandOutcome.Conflicts, Commit: null, conflicts.Files, Reason: null, Detail: null, RemoteUrl: null),
            LandingResult.Refused refused => new LandReply(LandOutcome.Refused, Commit: null, [], WordFor(refused.Reason), refused.Detail, RemoteUrl: null),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static string WordFor(LandingRefusal reason) => reason switch
    {
        LandingRefusal.UncommittedWork => "uncommitted-work",
        LandingRefusal.UnfinishedMerge => "unfinished-merge",
        LandingRefusal.CommitRefused => "commit-refused",
        LandingRefusal.NoSuchBranch => "no-such-branch",
        LandingRefusal.NothingToLand => "nothing-to-land",
        LandingRefusal.BaseIsDirty => "base-is-dirty",
        LandingRefusal.BaseIsStuck => "base-is-stuck",
        LandingRefusal.BaseMoves => "base-moves",
        LandingRefusal.PushRefused => "push-refused",
        LandingRefusal.NoRemote => "no-remote",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static CheckpointFacts Facts(Checkpoint checkpoint) => new(checkpoint.Commit, checkpoint.Head, checkpoint.LeftOut);

    private static DiffFile Facts(FileDiff file) => new(
        file.Path,
        file.OldPath,
        file.Change switch
        {
            FileChange.Added => "added",
            FileChange.Deleted => "deleted",
            FileChange.Renamed => "renamed",
            FileChange.TypeChanged => "type-changed",
            _ => "modified",
        },
        file.OldHash,
        file.NewHash,
        file.OldMode,
        file.NewMode,
        file.Additions ?? 0,
        file.Deletions ?? 0,
        file.IsBinary,
        file.IsTooLarge,
        [.. file.Hunks.Select(hunk => new DiffHunkLines(hunk.OldStart, hunk.OldLines, hunk.NewStart, hunk.NewLines, hunk.Heading, hunk.Lines))]);

    private static JsonRpcException NoBranch(string branch) => new(LinkRefusals.NotFound, $"There is no branch {branch} any more.");

    private WorktreeCheckpoints In(string worktree) => Directory.Exists(worktree)
        ? new WorktreeCheckpoints(git, worktree, _limits)
        : throw new JsonRpcException(LinkRefusals.NotFound, $"The worktree {worktree} is not there any more.");

    /// <summary>The files of a worktree as they are, uncommitted ones included; its branch where the worktree is gone.</summary>
    private async Task<Checkpoint?> NowAsync(string worktree, string repositoryPath, string branch, CancellationToken cancellationToken) =>
        Directory.Exists(worktree) ? await InTurnAsync(worktree, () => In(worktree).TakeAsync(cancellationToken), cancellationToken)
        : await new Repository(git, repositoryPath).FindCommitAsync($"refs/heads/{branch}", cancellationToken) is { } tip ? new Checkpoint(tip, "", tip, LeftOut: 0)
        : null;

    private async Task<string> BaseAsync(TreeDiffReader reader, DiffRequest request, string to, CancellationToken cancellationToken)
    {
        var repository = new Repository(git, request.RepositoryPath);
        var branch = await repository.FindCommitAsync($"refs/heads/{request.BaseBranch}", cancellationToken)
            ?? await repository.FindCommitAsync($"refs/remotes/origin/{request.BaseBranch}", cancellationToken)
            ?? throw NoBranch(request.BaseBranch ?? "");
        return await reader.MergeBaseAsync(branch, to, cancellationToken) ?? branch;
    }

    private async Task<MergeForecast> ForecastAsync(string repositoryPath, string into, string what, CancellationToken cancellationToken)
    {
        if (_forecasts.TryGetValue((into, what), out var known))
        {
            return known;
        }

        if (_forecasts.Count > MostForecasts)
        {
            _forecasts.Clear();
        }

        return _forecasts[(into, what)] = await MergeForecast.OfAsync(git, repositoryPath, into, what, cancellationToken);
    }

    private async Task<T> InTurnAsync<T>(string worktree, Func<Task<T>> act, CancellationToken cancellationToken)
    {
        var turn = _worktrees.GetOrAdd(worktree, _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(cancellationToken);
        try
        {
            return await act();
        }
        finally
        {
            turn.Release();
        }
    }
}
