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
