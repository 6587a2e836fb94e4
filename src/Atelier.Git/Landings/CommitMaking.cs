namespace Atelier.Git.Landings;

/// <summary>Makes commits under somebody's name, with trailers.</summary>
internal sealed class CommitMaking(GitProgram git, string directory)
{
    /// <summary>A commit of a tree, on no branch.</summary>
    public Task<string> MakeAsync(Landing landing, string tree, string[] parents, CancellationToken cancellationToken) =>
        WithMessageAsync(landing, landing.Message, async (by, message) =>
        {
            // commit-tree does not look at the setting by itself.
            var wanted = landing.Signs && (await git.TryRunAsync(directory, ["config", "--type=bool", "commit.gpgSign"], cancellationToken)).Text.Trim() == "true";
            string[] sign = wanted ? ["-S"] : [];
            return (await by.RunAsync(directory, ["commit-tree", .. sign, tree, .. parents, "-F", message], cancellationToken)).Text.Trim();
        }, cancellationToken);

    /// <summary>Does something with a git that commits under the author's name, and a file with the message and its trailers.</summary>
    public async Task<T> WithMessageAsync<T>(Landing landing, string text, Func<GitProgram, string, Task<T>> use, CancellationToken cancellationToken)
    {
        var folder = (await git.RunAsync(directory, ["rev-parse", "--absolute-git-dir"], cancellationToken)).Text.Trim();
        var file = Path.Combine(folder, $"atelier-message-{Guid.NewGuid():N}");
        try
        {
            await File.WriteAllTextAsync(file, $"{text.Trim()}\n", cancellationToken);
            if (landing.Trailers.Count > 0)
            {
                await git.RunAsync(
                    directory, ["interpret-trailers", "--in-place", "--if-exists=addIfDifferent", .. landing.Trailers.SelectMany(one => new[] { "--trailer", one }), file], cancellationToken);
            }

            return await use(await AsAsync(landing.Author, cancellationToken), file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>The author is the person; the committer whoever git takes the account for, and the person where it knows nobody.</summary>
    private async Task<GitProgram> AsAsync(CommitAuthor? author, CancellationToken cancellationToken)
    {
        if (author is null)
        {
            return git;
        }

        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["GIT_AUTHOR_NAME"] = author.Name, ["GIT_AUTHOR_EMAIL"] = author.Email };
        var isKnown = (await git.TryRunAsync(directory, ["-c", "user.useConfigOnly=true", "var", "GIT_COMMITTER_IDENT"], cancellationToken)).ExitCode == 0;
        if (!isKnown)
        {
            variables["GIT_COMMITTER_NAME"] = author.Name;
            variables["GIT_COMMITTER_EMAIL"] = author.Email;
        }

        return git.With(variables);
    }
}
