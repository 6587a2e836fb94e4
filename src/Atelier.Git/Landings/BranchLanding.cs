using Atelier.Git.Repositories;
using Atelier.Git.Worktrees;

namespace Atelier.Git.Landings;

/// <summary>Lands branches in one repository, with a working tree or without.</summary>
/// <remarks>
/// The commit is made and remembered under the landing's own reference before the branch moves, and the branch moves from what the commit was made for or not at
/// all. So a landing that was broken off, wherever, is looked up: either the branch has the commit, or it is moved now, or it has gone on and all begins anew.
/// </remarks>
/// <param name="git">The program.</param>
/// <param name="repository">Any directory of the repository.</param>
public sealed class BranchLanding(GitProgram git, string repository)
{
    private const int MostTries = 3;

    private enum Move
    {
        Done,
        BaseWentOn,
        BaseIsDirty,
        BaseIsStuck,
    }

    /// <summary>Lands a branch. The same landing again lands nothing twice.</summary>
    /// <exception cref="GitException">git could not be asked.</exception>
    public async Task<LandingResult> LandAsync(Landing landing, CancellationToken cancellationToken)
    {
        if (await FindAsync(landing.Mark, cancellationToken) is { } made && await GoOnAsync(landing, made, cancellationToken) is { } result)
        {
            return result;
        }

        if (await new UncommittedWork(git, landing.Worktree).CommitAsync(landing, cancellationToken) is { } refused)
        {
            return refused;
        }

        for (var tries = 0; tries < MostTries; tries++)
        {
            var (into, branch) = (await FindAsync($"refs/heads/{landing.Into}", cancellationToken), await FindAsync($"refs/heads/{landing.Branch}", cancellationToken));
            if (into is null || branch is null)
            {
                return new LandingResult.Refused(LandingRefusal.NoSuchBranch, into is null ? landing.Into : landing.Branch);
            }

            var merged = await MergeForecast.OfAsync(git, repository, into, branch, cancellationToken);
            if (merged.Conflicts.Count > 0)
            {
                return new LandingResult.Conflicts(merged.Conflicts);
            }

            if (await IsWithinAsync(branch, into, cancellationToken) || merged.Tree == await TreeOfAsync(into, cancellationToken))
            {
                return new LandingResult.Refused(LandingRefusal.NothingToLand, landing.Into);
            }

            string[] parents = landing.How == LandingHow.Merge ? ["-p", into, "-p", branch] : ["-p", into];
            var commit = await new CommitMaking(git, repository).MakeAsync(landing, merged.Tree, parents, cancellationToken);
            await git.RunAsync(repository, ["update-ref", landing.Mark, commit], cancellationToken);
            if (await MovedAsync(landing, into, commit, cancellationToken) is { } moved)
            {
                return moved;
            }
        }

        return new LandingResult.Refused(LandingRefusal.BaseMoves, landing.Into);
    }

    /// <summary>Pushes a branch to the remote, as it is.</summary>
    public async Task<LandingResult> PushAsync(Landing landing, CancellationToken cancellationToken)
    {
        if (await new UncommittedWork(git, landing.Worktree).CommitAsync(landing, cancellationToken) is { } refused)
        {
            return refused;
        }

        var remotes = await new Repository(git, repository).ListRemotesAsync(cancellationToken);
        if ((remotes.Contains("origin") ? "origin" : remotes.Count > 0 ? remotes[0] : null) is not { } remote)
        {
            return new LandingResult.Refused(LandingRefusal.NoRemote, "");
        }

        if (await FindAsync($"refs/heads/{landing.Branch}", cancellationToken) is not { } commit)
        {
            return new LandingResult.Refused(LandingRefusal.NoSuchBranch, landing.Branch);
        }

        string[] hooks = landing.RunsHooks ? [] : ["--no-verify"];
        var pushed = await git.TryRunAsync(
            repository, ["push", "--porcelain", .. hooks, remote, $"refs/heads/{landing.Branch}:refs/heads/{landing.Branch}"], cancellationToken);
        return pushed.ExitCode == 0
            ? new LandingResult.Landed(commit)
            : new LandingResult.Refused(LandingRefusal.PushRefused, GitProgram.Failure(["push"], pushed).Message);
    }

    /// <summary>Goes on with a landing whose commit is made; null when the other branch went on without it, so that it begins anew.</summary>
    private async Task<LandingResult?> GoOnAsync(Landing landing, string made, CancellationToken cancellationToken)
    {
        if (await FindAsync($"refs/heads/{landing.Into}", cancellationToken) is not { } into)
        {
            return null;
        }

        if (await IsWithinAsync(made, into, cancellationToken))
        {
            return new LandingResult.Landed(made);
        }

        return await FindAsync($"{made}^1", cancellationToken) == into ? await MovedAsync(landing, into, made, cancellationToken) : null;
    }

    /// <summary>Moves the other branch to the commit; null when it went on meanwhile.</summary>
    private async Task<LandingResult?> MovedAsync(Landing landing, string from, string commit, CancellationToken cancellationToken)
    {
        var worktrees = await new RepositoryWorktrees(new Repository(git, repository)).ListAsync(cancellationToken);
        var place = worktrees.FirstOrDefault(one => one.Branch == landing.Into && one is { IsBare: false, IsMissing: false })?.Path;
        var (move, detail) = place is null
            ? await MoveReferenceAsync(landing, from, commit, cancellationToken)
            : await MoveWorktreeAsync(landing, place, from, commit, cancellationToken);
        return move switch
        {
            Move.Done => new LandingResult.Landed(commit),
            Move.BaseIsDirty => new LandingResult.Refused(LandingRefusal.BaseIsDirty, detail),
            Move.BaseIsStuck => new LandingResult.Refused(LandingRefusal.BaseIsStuck, detail),
            _ => null,
        };
    }

    private async Task<(Move Move, string Detail)> MoveReferenceAsync(Landing landing, string from, string commit, CancellationToken cancellationToken)
    {
        var moved = await git.TryRunAsync(
            repository, ["update-ref", "-m", $"land {landing.Branch}", $"refs/heads/{landing.Into}", commit, from], cancellationToken);
        return moved.ExitCode == 0 ? (Move.Done, "")
            : await FindAsync($"refs/heads/{landing.Into}", cancellationToken) != from ? (Move.BaseWentOn, "")
            : (Move.BaseIsStuck, moved.Error.Trim());
    }

    private async Task<(Move Move, string Detail)> MoveWorktreeAsync(Landing landing, string place, string from, string commit, CancellationToken cancellationToken)
    {
        var changed = await git.RunAsync(
            place, ["--no-optional-locks", "status", "--porcelain", "-z", "--untracked-files=no"], cancellationToken);
        if (changed.Output.Length > 0)
        {
            return (Move.BaseIsDirty, place);
        }

        string[] hooks = landing.RunsHooks ? [] : ["-c", "core.hooksPath=/dev/null"];
        var moved = await git.TryRunAsync(place, [.. hooks, "merge", "--ff-only", "--no-overwrite-ignore", "--quiet", commit], cancellationToken);
        return moved.ExitCode == 0 ? (Move.Done, "")
            : await FindAsync($"refs/heads/{landing.Into}", cancellationToken) != from ? (Move.BaseWentOn, "")
            : (Move.BaseIsStuck, $"{place}: {moved.Error.Trim()}");
    }

    private async Task<bool> IsWithinAsync(string commit, string branch, CancellationToken cancellationToken) =>
        (await git.TryRunAsync(repository, ["merge-base", "--is-ancestor", commit, branch], cancellationToken)).ExitCode == 0;

    private async Task<string> TreeOfAsync(string commit, CancellationToken cancellationToken) =>
        (await git.RunAsync(repository, ["rev-parse", "--verify", $"{commit}^{{tree}}"], cancellationToken)).Text.Trim();

    private Task<string?> FindAsync(string name, CancellationToken cancellationToken) => new Repository(git, repository).FindCommitAsync(name, cancellationToken);
}
