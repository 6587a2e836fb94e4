using System.Globalization;

namespace Atelier.Git.Diffs;

/// <summary>Reads how two trees of a repository differ, renames found, in bounded size.</summary>
/// <param name="git">The program.</param>
/// <param name="repository">Any directory of the repository.</param>
public sealed class TreeDiffReader(GitProgram git, string repository)
{
    // Most bytes that a patch may have for each character that is kept of it: headers, and letters of several bytes.
    private const int BytesPerCharacter = 4;

    private static readonly string[] s_plain = ["diff-tree", "-r", "--find-renames", "--no-ext-diff", "--no-textconv", "--no-color", "--full-index"];

    /// <summary>Reads it.</summary>
    /// <param name="from">A commit or tree.</param>
    /// <param name="to">A commit or tree.</param>
    /// <param name="path">The one file that is wanted, by its new name; null for all.</param>
    /// <param name="limits">How much.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<TreeDiff> ReadAsync(string from, string to, string? path, DiffLimits limits, CancellationToken cancellationToken)
    {
        var listing = await git.RunAsync(repository, [.. s_plain, "--raw", "--numstat", "--no-abbrev", "-z", from, to], cancellationToken);
        var all = DiffText.ReadListing(listing.Text);
        var wanted = path is null ? all : [.. all.Where(file => file.Path == path)];
        List<FileDiff> files = [.. wanted.Take(limits.MaxFiles).Select(file => file with { IsTooLarge = !file.IsBinary && LinesOf(file) > limits.MaxLinesPerFile })];
        var shown = files.Where(file => !file.IsBinary && !file.IsTooLarge && LinesOf(file) > 0).ToList();
        if (shown.Count > 0)
        {
            var hunks = await ReadHunksAsync(from, to, shown, limits, cancellationToken);
            files = [.. files.Select(file => shown.Contains(file) ? WithHunks(file, hunks) : file)];
        }

        return new TreeDiff(files, wanted.Count, wanted.Sum(file => file.Additions ?? 0), wanted.Sum(file => file.Deletions ?? 0));
    }

    private static int LinesOf(FileDiff file) => (file.Additions ?? 0) + (file.Deletions ?? 0);

    private static FileDiff WithHunks(FileDiff file, Dictionary<string, IReadOnlyList<DiffHunk>> hunks) =>
        hunks.TryGetValue(file.Path, out var read) ? file with { Hunks = read } : file with { IsTooLarge = true };

    private async Task<Dictionary<string, IReadOnlyList<DiffHunk>>> ReadHunksAsync(
        string from, string to, List<FileDiff> files, DiffLimits limits, CancellationToken cancellationToken)
    {
        string[] command =
        [
            "--literal-pathspecs", "-c", "core.quotePath=false", .. s_plain, "--patch-with-raw", "--no-abbrev", "-U3", from, to, "--",
            .. files.SelectMany(file => file.OldPath is { } old ? new[] { file.Path, old } : [file.Path]),
        ];
        var said = await git.TryRunAsync(repository, command, cancellationToken, maxOutputBytes: limits.MaxLength * BytesPerCharacter);
        if (said.ExitCode != 0 && !said.IsOutputCut)
        {
            throw GitProgram.Failure(command, said);
        }

        var kept = new Dictionary<string, IReadOnlyList<DiffHunk>>(StringComparer.Ordinal);
        var left = limits.MaxLength;
        foreach (var (name, hunks) in DiffText.ReadPatches(said.Text, said.IsOutputCut))
        {
            var length = hunks.Sum(hunk => hunk.Lines.Sum(line => line.Length + 1));
            if (length <= limits.MaxFileLength && length <= left)
            {
                kept[name] = [.. kept.GetValueOrDefault(name, []), .. hunks]; // a file that became a link comes as two
                left -= length;
            }
            else
            {
                kept.Remove(name);
            }
        }

        return kept;
    }

    /// <summary>The commit that two branches have in common, from which both went on; null when there is none.</summary>
    public async Task<string?> MergeBaseAsync(string one, string other, CancellationToken cancellationToken)
    {
        var found = await git.TryRunAsync(repository, ["merge-base", one, other], cancellationToken);
        return found.ExitCode == 0 ? found.Text.Trim().Split('\n')[0].ToLower(CultureInfo.InvariantCulture) : null;
    }
}
