namespace Atelier.Git.Diffs;

/// <summary>What became of a file.</summary>
public enum FileChange
{
    /// <summary>It is new.</summary>
    Added,

    /// <summary>Its contents or its mode are different.</summary>
    Modified,

    /// <summary>It is gone.</summary>
    Deleted,

    /// <summary>It has another name, and perhaps other contents.</summary>
    Renamed,

    /// <summary>It is of another kind: a link, a file, a submodule.</summary>
    TypeChanged,
}

/// <summary>How one file differs between two trees.</summary>
/// <param name="Path">Its name; the old one when it is gone.</param>
/// <param name="OldPath">What it was called before; null when it had the same name, or none.</param>
/// <param name="Change">What became of it.</param>
/// <param name="OldHash">Names its old contents; null when there were none.</param>
/// <param name="NewHash">Names its new contents; null when there are none.</param>
/// <param name="OldMode">As git writes it: 100644, 100755, 120000 (a link), 160000 (a submodule); null when it was not there.</param>
/// <param name="NewMode">As above; null when it is gone.</param>
/// <param name="Additions">Lines that are new; null for what is not text.</param>
/// <param name="Deletions">Lines that are gone; null for what is not text.</param>
public sealed record FileDiff(
    string Path,
    string? OldPath,
    FileChange Change,
    string? OldHash,
    string? NewHash,
    string? OldMode,
    string? NewMode,
    int? Additions,
    int? Deletions)
{
    /// <summary>Whether it is not text.</summary>
    public bool IsBinary => Additions is null;

    /// <summary>Whether its lines are left out because they are too many.</summary>
    public bool IsTooLarge { get; init; }

    /// <summary>Where it differs; none for what is not text, or too large.</summary>
    public IReadOnlyList<DiffHunk> Hunks { get; init; } = [];
}

/// <summary>A stretch of lines with what is different in it.</summary>
/// <param name="OldStart">Number of its first line before; 0 where there was none.</param>
/// <param name="OldLines">How many lines it had.</param>
/// <param name="NewStart">Number of its first line now; 0 where there is none.</param>
/// <param name="NewLines">How many lines it has.</param>
/// <param name="Heading">The line that says in what it lies, as git guesses; empty when there is none.</param>
/// <param name="Lines">Each with what it is before it: a blank, +, - or \ (no line end before).</param>
public sealed record DiffHunk(int OldStart, int OldLines, int NewStart, int NewLines, string Heading, IReadOnlyList<string> Lines);

/// <summary>How two trees differ.</summary>
/// <param name="Files">The files, in the order of their names; the first of them when they are too many.</param>
/// <param name="FileCount">How many differ in all.</param>
/// <param name="Additions">New lines of all.</param>
/// <param name="Deletions">Gone lines of all.</param>
public sealed record TreeDiff(IReadOnlyList<FileDiff> Files, int FileCount, int Additions, int Deletions);

/// <summary>How much of a difference is read.</summary>
public sealed record DiffLimits
{
    /// <summary>Files that are listed.</summary>
    public int MaxFiles { get; init; } = 1_000;

    /// <summary>Changed lines of a file that are read; of one with more, none are.</summary>
    public int MaxLinesPerFile { get; init; } = 4_000;

    /// <summary>Characters of a file's hunks; of one with more, none are kept.</summary>
    public int MaxFileLength { get; init; } = 256 << 10;

    /// <summary>Characters of all hunks together; files after that are too large.</summary>
    public int MaxLength { get; init; } = 2 << 20;
}
