namespace Atelier.Git.Landings;

/// <summary>Work in a worktree that is in no commit.</summary>
internal sealed class UncommittedWork(GitProgram git, string worktree)
{
    /// <summary>Commits all of it, if the landing says how; null when nothing is left uncommitted.</summary>
    public async Task<LandingResult.Refused?> CommitAsync(Landing landing, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(worktree))
        {
            return null; // then all there is is committed
        }

        var unmerged = await git.RunAsync(worktree, ["ls-files", "--unmerged", "-z"], cancellationToken);
        if (unmerged.Output.Length > 0)
        {
            return new LandingResult.Refused(LandingRefusal.UnfinishedMerge, worktree);
        }

        var changed = await git.RunAsync(worktree, ["--no-optional-locks", "status", "--porcelain", "-z", "--untracked-files=all"], cancellationToken);
        if (changed.Output.Length == 0)
        {
            return null;
        }

        return landing.CommitMessage is { } text
            ? await new CommitMaking(git, worktree).WithMessageAsync(landing, text, (by, message) => CommitAsync(landing, by, message, cancellationToken), cancellationToken)
            : new LandingResult.Refused(LandingRefusal.UncommittedWork, worktree);
    }

    private async Task<LandingResult.Refused?> CommitAsync(Landing landing, GitProgram by, string message, CancellationToken cancellationToken)
    {
        await by.RunAsync(worktree, ["add", "--all"], cancellationToken);
        string[] unsigned = landing.Signs ? [] : ["-c", "commit.gpgSign=false"];
        string[] unhooked = landing.RunsHooks ? [] : ["-c", "core.hooksPath=/dev/null"];
        var committed = await by.TryRunAsync(worktree, [.. unsigned, .. unhooked, "commit", "--quiet", "--cleanup=whitespace", "-F", message], cancellationToken);
        return committed.ExitCode == 0
            ? null
            : new LandingResult.Refused(LandingRefusal.CommitRefused, GitProgram.Failure(["commit"], committed).Message);
    }
}
