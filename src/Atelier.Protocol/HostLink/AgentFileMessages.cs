namespace Atelier.Protocol.HostLink;

/// <summary>Reads a text file of a worktree for an agent program.</summary>
/// <param name="Worktree">Absolute path of the worktree; what lies outside of it, links resolved, is refused.</param>
/// <param name="Path">Absolute path of the file.</param>
/// <param name="Line">First line that is wanted, from 1; null for the first.</param>
/// <param name="Limit">Most lines that are wanted; null for all.</param>
public sealed record ReadTextRequest(string Worktree, string Path, long? Line = null, long? Limit = null);

/// <summary>What stands in a text file.</summary>
/// <param name="Text">The lines that were asked for, without a byte order mark, and with \n where all of the file's lines end with \r\n.</param>
/// <param name="Hash">Names the whole text as it was read; a later write says it.</param>
public sealed record ReadTextReply(string Text, string Hash);

/// <summary>Writes a text file of a worktree for an agent program. The same request twice writes once.</summary>
/// <param name="RequestId">What asks for it: a request that has been done is not done again.</param>
/// <param name="Worktree">Absolute path of the worktree; what lies outside of it, links resolved, is refused.</param>
/// <param name="Path">Absolute path of the file.</param>
/// <param name="Text">All of its text.</param>
/// <param name="SeenHash">The text that the program knows, by the hash it was given with it; null when it knows none.</param>
public sealed record WriteTextRequest(string RequestId, string Worktree, string Path, string Text, string? SeenHash = null);

/// <summary>A text file was written.</summary>
/// <param name="Hash">Names the text as the program wrote it: what it knows now.</param>
/// <param name="IsMerged">Whether somebody else's changes stand in the file beside it.</param>
public sealed record WriteTextReply(string Hash, bool IsMerged);

/// <summary>Asks for the end of what a worker's terminal has printed.</summary>
/// <param name="WorkerId">The worker.</param>
/// <param name="MaxBytes">Most bytes of text; what is too much is left out at the beginning.</param>
public sealed record ReadTailRequest(string WorkerId, int MaxBytes);

/// <summary>The end of what a terminal has printed, as plain text.</summary>
/// <param name="Text">Without what moves the cursor and colours the text.</param>
/// <param name="IsTruncated">Whether something before it was left out.</param>
/// <param name="State">Whether its process is there; when it is not, all it printed was looked at.</param>
/// <param name="ExitCode">Exit code; null when a signal ended it, it runs, or nobody knows.</param>
/// <param name="Signal">Name of the signal that ended it, without SIG; null when none did.</param>
public sealed record TailReply(string Text, bool IsTruncated, WorkerRunState State, int? ExitCode, string? Signal);

/// <summary>Lists files of a worktree for an agent.</summary>
/// <param name="Worktree">Absolute path of the worktree; what lies outside of it, links resolved, is refused.</param>
/// <param name="Path">Absolute path of a folder.</param>
/// <param name="IsDeep">Whether the folders in it are looked into: then all files are listed that git knows or would take, each by its path from there.</param>
/// <param name="Limit">Most entries that are wanted.</param>
public sealed record ListFilesRequest(string Worktree, string Path, bool IsDeep, int Limit);

/// <summary>Files of a folder.</summary>
/// <param name="Entries">In order; folders end with a slash.</param>
/// <param name="IsTruncated">Whether there are more.</param>
public sealed record FileList(IReadOnlyList<string> Entries, bool IsTruncated);

/// <summary>Searches files of a worktree for an agent: with ripgrep where it is there, else with git.</summary>
/// <param name="Worktree">Absolute path of the worktree; what lies outside of it, links resolved, is refused.</param>
/// <param name="Path">Absolute path of a folder or file.</param>
/// <param name="Pattern">An extended regular expression.</param>
/// <param name="Glob">Which files, as in *.cs; null for all.</param>
/// <param name="IgnoresCase">Whether upper and lower case are the same.</param>
/// <param name="Limit">Most lines that are wanted.</param>
public sealed record SearchTextRequest(string Worktree, string Path, string Pattern, string? Glob, bool IgnoresCase, int Limit);

/// <summary>What was found.</summary>
/// <param name="Lines">Each as path:line:text, the path from the worktree on.</param>
/// <param name="IsTruncated">Whether there is more.</param>
public sealed record FoundText(IReadOnlyList<string> Lines, bool IsTruncated);
