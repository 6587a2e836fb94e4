namespace Atelier.Git.Landings;

/// <summary>What merging one commit into another comes to.</summary>
/// <param name="Tree">The merged files; with marks of conflicts in them where there are some.</param>
/// <param name="Conflicts">Files that git cannot merge by itself; none when it can.</param>
public sealed record MergeForecast(string Tree, IReadOnlyList<string> Conflicts)
{
    private const int Clean = 0;
    private const int HasConflicts = 1;
    private const int UnknownOption = 129;

    /// <summary>Merges two commits without touching anything but git's store of objects.</summary>
    /// <param name="git">The program.</param>
    /// <param name="repository">Any directory of the repository.</param>
    /// <param name="into">The commit that is merged into.</param>
    /// <param name="what">The commit that is merged.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<MergeForecast> OfAsync(GitProgram git, string repository, string into, string what, CancellationToken cancellationToken)
    {
        string[] command = ["merge-tree", "--write-tree", "--allow-unrelated-histories", "--name-only", "--no-messages", "-z", into, what];
        var said = await git.TryRunAsync(repository, command, cancellationToken);
        switch (said.ExitCode)
        {
            case Clean or HasConflicts when !said.IsOutputCut:
                // <tree>␀<file>␀<file>␀; a file may come several times
                var fields = said.Text.Split('\0', StringSplitOptions.RemoveEmptyEntries);
                return new MergeForecast(fields[0].Trim(), said.ExitCode == Clean ? [] : [.. fields[1..].Distinct(StringComparer.Ordinal)]);
            case UnknownOption:
                throw new GitException(GitProblem.NoGit, "git is too old to say what a merge would come to; install 2.38 or newer.");
            default:
                throw GitProgram.Failure(command, said);
        }
    }
}
