using System.Text.Json.Serialization;

namespace Atelier.Protocol.HostLink;

/// <summary>Keeps the files of a worktree as they are now, beside its branch.</summary>
/// <param name="Worktree">Absolute path of the worktree.</param>
/// <param name="Name">Reference below <c>refs/atelier/</c> that keeps it.</param>
/// <param name="Replaces">Whether what has the name already is replaced; else that is given.</param>
public sealed record CheckpointRequest(string Worktree, string Name, bool Replaces);

/// <summary>Makes the files of a worktree as a checkpoint has them. The same request again changes nothing more.</summary>
/// <param name="Worktree">Absolute path of the worktree.</param>
/// <param name="Commit">The checkpoint's commit.</param>
/// <param name="KeepsNowAs">Reference below <c>refs/atelier/</c> that keeps what the files are before.</param>
public sealed record RestoreRequest(string Worktree, string Commit, string KeepsNowAs);

/// <summary>The files of a worktree at one moment.</summary>
/// <param name="Commit">A commit that no branch has.</param>
/// <param name="Head">What the worktree had checked out; null before its first commit.</param>
/// <param name="LeftOut">Untracked files that were too big or too many.</param>
public sealed record CheckpointFacts(string Commit, string? Head, int LeftOut);

/// <summary>Lets go of references below <c>refs/atelier/</c>; those that are not there are gone already.</summary>
/// <param name="RepositoryPath">Absolute path of the repository.</param>
/// <param name="Names">Their names; one that ends with a slash stands for all below it.</param>
public sealed record DropReferencesRequest(string RepositoryPath, IReadOnlyList<string> Names);

/// <summary>Asks how the files of a worktree differ.</summary>
/// <param name="RepositoryPath">Absolute path of the repository.</param>
/// <param name="Worktree">Absolute path of the worktree; where it is gone, its branch counts.</param>
/// <param name="Branch">The worktree's branch.</param>
/// <param name="BaseBranch">What they are compared with: where the branch left it. Null when <paramref name="From"/> says it.</param>
/// <param name="From">The commit that they are compared with; null for the base branch.</param>
/// <param name="To">The commit that is compared; null for the files as they are now.</param>
/// <param name="Path">The one file that is wanted; null for all.</param>
/// <param name="MaxFiles">Files that are listed.</param>
/// <param name="MaxFileLength">Characters of a file's hunks; of one with more, none are given.</param>
/// <param name="MaxLength">Characters of all hunks together.</param>
/// <param name="MaxLinesPerFile">Changed lines of a file; of one with more, none are given.</param>
public sealed record DiffRequest(
    string RepositoryPath,
    string Worktree,
    string Branch,
    string? BaseBranch,
    string? From,
    string? To,
    string? Path,
    int MaxFiles,
    int MaxFileLength,
    int MaxLength,
    int MaxLinesPerFile);

/// <summary>How files differ.</summary>
/// <param name="From">The commit that they were compared with.</param>
/// <param name="To">The commit that was compared.</param>
/// <param name="Files">The files; the first of them when they are too many.</param>
/// <param name="FileCount">How many differ in all.</param>
/// <param name="Additions">New lines of all.</param>
/// <param name="Deletions">Gone lines of all.</param>
/// <param name="LeftOut">Untracked files that were too big or too many to be compared.</param>
public sealed record DiffReply(string From, string To, IReadOnlyList<DiffFile> Files, int FileCount, int Additions, int Deletions, int LeftOut);

/// <summary>How a file differs.</summary>
/// <param name="Path">Its name; the old one when it is gone.</param>
/// <param name="OldPath">What it was called before; null when it had the same name, or none.</param>
/// <param name="Status">added, modified, deleted, renamed or type-changed.</param>
/// <param name="OldHash">Names its old contents; null when there were none.</param>
/// <param name="NewHash">Names its new contents; null when there are none.</param>
/// <param name="OldMode">As git writes it; null when it was not there.</param>
/// <param name="NewMode">As git writes it; null when it is gone.</param>
/// <param name="Additions">New lines; 0 for what is not text.</param>
/// <param name="Deletions">Gone lines; 0 for what is not text.</param>
/// <param name="IsBinary">Whether it is not text.</param>
/// <param name="IsTooLarge">Whether its lines are left out because they are too many.</param>
/// <param name="Hunks">Where it differs.</param>
public sealed record DiffFile(
    string Path,
    string? OldPath,
    string Status,
    string? OldHash,
    string? NewHash,
    string? OldMode,
    string? NewMode,
    int Additions,
    int Deletions,
    bool IsBinary,
    bool IsTooLarge,
    IReadOnlyList<DiffHunkLines> Hunks);

/// <summary>A stretch of lines with what is different in it.</summary>
/// <param name="OldStart">Number of its first line before; 0 where there was none.</param>
/// <param name="OldLines">How many lines it had.</param>
/// <param name="NewStart">Number of its first line now; 0 where there is none.</param>
/// <param name="NewLines">How many lines it has.</param>
/// <param name="Heading">In what it lies, as git guesses; empty when it does not.</param>
/// <param name="Lines">Each with what it is before it: a blank, +, - or \ (no line end before).</param>
public sealed record DiffHunkLines(int OldStart, int OldLines, int NewStart, int NewLines, string Heading, IReadOnlyList<string> Lines);

/// <summary>Asks what merging a worktree's files into branches would come to. What is uncommitted counts.</summary>
/// <param name="RepositoryPath">Absolute path of the repository.</param>
/// <param name="Worktree">Absolute path of the worktree; where it is gone, its branch counts.</param>
/// <param name="Branch">The worktree's branch.</param>
/// <param name="Others">With what.</param>
public sealed record ForecastRequest(string RepositoryPath, string Worktree, string Branch, IReadOnlyList<ForecastOther> Others);

/// <summary>Something that work may be merged with.</summary>
/// <param name="Branch">A branch.</param>
/// <param name="Checkpoint">A checkpoint that was made on it, which counts in its place while the branch has not moved since; null for none.</param>
public sealed record ForecastOther(string Branch, string? Checkpoint);

/// <summary>What merges would come to, in the order in which they were asked for.</summary>
/// <param name="Commit">What was merged.</param>
/// <param name="Forecasts">One for each.</param>
public sealed record ForecastReply(string Commit, IReadOnlyList<ForecastFacts> Forecasts);

/// <summary>What a merge would come to.</summary>
/// <param name="Commit">The commit that was merged with; null when there is no such branch.</param>
/// <param name="Conflicts">Files that git cannot merge by itself.</param>
public sealed record ForecastFacts(string? Commit, IReadOnlyList<string> Conflicts);

/// <summary>Lands a branch. The same landing again lands nothing twice.</summary>
/// <param name="OperationId">The landing; asking again joins the work.</param>
/// <param name="RepositoryPath">Absolute path of the repository.</param>
/// <param name="Mark">Reference below <c>refs/atelier/</c> that remembers the landing's commit.</param>
/// <param name="Worktree">Absolute path of the branch's worktree.</param>
/// <param name="Branch">The branch.</param>
/// <param name="Into">The branch that gets its work; for a push, the one that a request to pull is for.</param>
/// <param name="How">merge, squash or push.</param>
/// <param name="Message">Of the commit.</param>
/// <param name="AuthorName">Who the commit is by; null for whoever git takes the account for.</param>
/// <param name="AuthorEmail">Their address.</param>
/// <param name="Trailers">What is said at the end of each commit's message.</param>
/// <param name="CommitMessage">The message under which uncommitted work is committed first; null: such work is a reason not to land.</param>
/// <param name="RunsHooks">Whether git's hooks run, where git would run them.</param>
/// <param name="Signs">Whether commits are signed where git is set to sign them.</param>
public sealed record LandRequest(
    string OperationId,
    string RepositoryPath,
    string Mark,
    string Worktree,
    string Branch,
    string Into,
    string How,
    string Message,
    string? AuthorName,
    string? AuthorEmail,
    IReadOnlyList<string> Trailers,
    string? CommitMessage,
    bool RunsHooks,
    bool Signs);

/// <summary>How a landing ended.</summary>
[JsonConverter(typeof(KebabCaseEnumConverter<LandOutcome>))]
public enum LandOutcome
{
    /// <summary>It is there.</summary>
    Landed,

    /// <summary>git cannot merge by itself; nothing was changed.</summary>
    Conflicts,

    /// <summary>There is a reason not to.</summary>
    Refused,
}

/// <summary>What became of a landing.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Commit">The commit that the other branch got, or that was pushed; null when it was not landed.</param>
/// <param name="Conflicts">Where git cannot merge.</param>
/// <param name="Reason">Why it was refused, a stable word; null when it was not.</param>
/// <param name="Detail">git's words, a place or a name; null when the reason says all.</param>
/// <param name="RemoteUrl">Where it was pushed to, without credentials; null when it was not.</param>
public sealed record LandReply(LandOutcome Outcome, string? Commit, IReadOnlyList<string> Conflicts, string? Reason, string? Detail, string? RemoteUrl);
