using System.Security.Cryptography;
using System.Text;
using Atelier.Protocol.HostLink;
using Atelier.Server.Agents.Turns;

namespace Atelier.Server.Reviews.Diffs;

/// <summary>How an agent's work differs from what it started from, or what one turn did.</summary>
/// <param name="TurnId">The turn; absent for all work.</param>
/// <param name="From">The commit that was compared with.</param>
/// <param name="To">The commit that was compared; uncommitted files are in it.</param>
/// <param name="FileCount">How many files differ.</param>
/// <param name="Additions">New lines of all.</param>
/// <param name="Deletions">Gone lines of all.</param>
/// <param name="LeftOut">Untracked files that were too big or too many to be looked at.</param>
/// <param name="Files">The files; the first of them when they are too many.</param>
internal sealed record WorkDiff(
    TurnId? TurnId, string From, string To, int FileCount, int Additions, int Deletions, int LeftOut, IReadOnlyList<DiffFileView> Files)
{
    public static WorkDiff Of(TurnId? turn, DiffReply reply, IReadOnlyDictionary<string, string> viewed) => new(
        turn,
        reply.From,
        reply.To,
        reply.FileCount,
        reply.Additions,
        reply.Deletions,
        reply.LeftOut,
        [.. reply.Files.Select(file => DiffFileView.Of(file, viewed))]);
}

/// <summary>How a file differs.</summary>
/// <param name="Path">Its name; the old one when it is gone.</param>
/// <param name="OldPath">What it was called before; absent when it had the same name, or none.</param>
/// <param name="Status">added, modified, deleted, renamed or type-changed.</param>
/// <param name="Additions">New lines.</param>
/// <param name="Deletions">Gone lines.</param>
/// <param name="Binary">Whether it is not text.</param>
/// <param name="TooLarge">Whether its lines are left out; asked for alone, more of them are given.</param>
/// <param name="Hash">Names this difference: another one as soon as either side is another.</param>
/// <param name="OldHash">Names the old contents; absent when there were none.</param>
/// <param name="NewHash">Names the new contents; absent when there are none.</param>
/// <param name="OldMode">As git writes it; absent when it was not there.</param>
/// <param name="NewMode">As git writes it; absent when it is gone.</param>
/// <param name="Viewed">Whether the reader has marked this difference as looked at.</param>
/// <param name="Hunks">Where it differs.</param>
internal sealed record DiffFileView(
    string Path,
    string? OldPath,
    string Status,
    int Additions,
    int Deletions,
    bool Binary,
    bool TooLarge,
    string Hash,
    string? OldHash,
    string? NewHash,
    string? OldMode,
    string? NewMode,
    bool Viewed,
    IReadOnlyList<DiffHunkView> Hunks)
{
    public static DiffFileView Of(DiffFile file, IReadOnlyDictionary<string, string> viewed)
    {
        var hash = HashOf(file);
        return new DiffFileView(
            file.Path,
            file.OldPath,
            file.Status,
            file.Additions,
            file.Deletions,
            file.IsBinary,
            file.IsTooLarge,
            hash,
            file.OldHash,
            file.NewHash,
            file.OldMode,
            file.NewMode,
            viewed.GetValueOrDefault(file.Path) == hash,
            [.. file.Hunks.Select(hunk => new DiffHunkView(hunk.OldStart, hunk.OldLines, hunk.NewStart, hunk.NewLines, hunk.Heading, hunk.Lines))]);
    }

    private static string HashOf(DiffFile file) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        $"{file.OldPath}\n{file.OldMode} {file.OldHash}\n{file.NewMode} {file.NewHash}")))[..40];
}

/// <summary>A stretch of lines with what is different in it.</summary>
/// <param name="OldStart">Number of its first line before.</param>
/// <param name="OldLines">How many lines it had.</param>
/// <param name="NewStart">Number of its first line now.</param>
/// <param name="NewLines">How many lines it has.</param>
/// <param name="Heading">In what it lies, as git guesses.</param>
/// <param name="Lines">Each with a blank, +, - or \ before it.</param>
internal sealed record DiffHunkView(int OldStart, int OldLines, int NewStart, int NewLines, string Heading, IReadOnlyList<string> Lines);

internal sealed record DiffBody(WorkDiff Diff);

/// <summary>Marks a file as looked at, or not.</summary>
/// <param name="Path">The file.</param>
/// <param name="Hash">The difference that was looked at; the mark is gone when it is another one.</param>
/// <param name="Viewed">Whether it was.</param>
internal sealed record ViewedBody(string Path, string Hash, bool Viewed);
