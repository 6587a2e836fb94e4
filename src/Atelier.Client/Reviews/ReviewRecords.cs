namespace Atelier.Client.Reviews;

/// <summary>How an agent's work differs, as the server answers.</summary>
/// <param name="Diff">The difference.</param>
public sealed record DiffAnswer(WorkDiff Diff);

/// <summary>How an agent's work differs from what it started from, or what one turn did.</summary>
/// <param name="From">The commit that was compared with.</param>
/// <param name="To">The commit that was compared.</param>
/// <param name="FileCount">How many files differ.</param>
/// <param name="Additions">New lines of all.</param>
/// <param name="Deletions">Gone lines of all.</param>
/// <param name="LeftOut">Untracked files that were too big or too many to be looked at.</param>
/// <param name="Files">The files; the first of them when they are too many.</param>
public sealed record WorkDiff(string From, string To, int FileCount, int Additions, int Deletions, int LeftOut, IReadOnlyList<DiffFile> Files);

/// <summary>How a file differs.</summary>
/// <param name="Path">Its name.</param>
/// <param name="OldPath">What it was called before; null when it had the same name.</param>
/// <param name="Status">added, modified, deleted, renamed or type-changed.</param>
/// <param name="Additions">New lines.</param>
/// <param name="Deletions">Gone lines.</param>
/// <param name="Binary">Whether it is not text.</param>
/// <param name="TooLarge">Whether its lines are left out.</param>
/// <param name="Hash">Names this difference.</param>
/// <param name="Viewed">Whether the caller has marked it as looked at.</param>
/// <param name="Hunks">Where it differs.</param>
public sealed record DiffFile(
    string Path, string? OldPath, string Status, int Additions, int Deletions, bool Binary, bool TooLarge, string Hash, bool Viewed, IReadOnlyList<DiffHunk> Hunks);

/// <summary>A stretch of lines with what is different in it.</summary>
/// <param name="OldStart">Number of its first line before.</param>
/// <param name="OldLines">How many lines it had.</param>
/// <param name="NewStart">Number of its first line now.</param>
/// <param name="NewLines">How many lines it has.</param>
/// <param name="Heading">In what it lies.</param>
/// <param name="Lines">Each with a blank, +, - or \ before it.</param>
public sealed record DiffHunk(int OldStart, int OldLines, int NewStart, int NewLines, string Heading, IReadOnlyList<string> Lines);

/// <summary>Marks a file as looked at, or not.</summary>
/// <param name="Path">The file.</param>
/// <param name="Hash">The difference that was looked at.</param>
/// <param name="Viewed">Whether it was.</param>
public sealed record MarkViewed(string Path, string Hash, bool Viewed);

/// <summary>Checkpoints of an agent, as the server answers.</summary>
/// <param name="Checkpoints">The oldest first.</param>
public sealed record CheckpointsAnswer(IReadOnlyList<Checkpoint> Checkpoints);

/// <summary>A checkpoint, as the server answers.</summary>
/// <param name="Checkpoint">The checkpoint.</param>
public sealed record CheckpointAnswer(Checkpoint Checkpoint);

/// <summary>The files of an agent's worktree at one moment.</summary>
/// <param name="Id">Its id.</param>
/// <param name="TurnId">The turn that it is before or after; null for one that a restore made.</param>
/// <param name="Which">before, after or restore.</param>
/// <param name="State">making, made or failed.</param>
/// <param name="LeftOut">Untracked files that were not kept.</param>
/// <param name="Problem">Why it failed.</param>
/// <param name="CreatedAt">When.</param>
public sealed record Checkpoint(string Id, string? TurnId, string Which, string State, int LeftOut, string? Problem, DateTimeOffset CreatedAt);

/// <summary>Comments on an agent's work, as the server answers.</summary>
/// <param name="Comments">The oldest first.</param>
public sealed record CommentsAnswer(IReadOnlyList<ReviewComment> Comments);

/// <summary>A comment, as the server answers.</summary>
/// <param name="Comment">The comment.</param>
public sealed record CommentAnswer(ReviewComment Comment);

/// <summary>What a person says to lines of an agent's work.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Path">The file.</param>
/// <param name="Side">old or new.</param>
/// <param name="Line">The first line.</param>
/// <param name="LastLine">The last line.</param>
/// <param name="Quote">The lines as they were.</param>
/// <param name="Body">What is said.</param>
/// <param name="State">draft, sent or resolved.</param>
/// <param name="TurnId">The turn that told the agent.</param>
public sealed record ReviewComment(string Id, string Path, string Side, int Line, int LastLine, string Quote, string Body, string State, string? TurnId);

/// <summary>Says something to lines of an agent's work.</summary>
/// <param name="Path">The file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Text">What is said.</param>
/// <param name="Side">old for the file as it was before.</param>
/// <param name="LastLine">The last line, where there are several.</param>
/// <param name="TurnId">The turn in whose diff the lines were read.</param>
public sealed record AddComment(string Path, int Line, string Text, string? Side = null, int? LastLine = null, string? TurnId = null);

/// <summary>Changes a comment; what is null stays.</summary>
/// <param name="Text">What is said.</param>
/// <param name="Resolved">Whether it is done.</param>
public sealed record ChangeComment(string? Text = null, bool? Resolved = null);

/// <summary>Tells the agent what was commented.</summary>
/// <param name="CommentIds">Which drafts; all when null.</param>
/// <param name="Text">What is said before them.</param>
/// <param name="WorkSessionId">In which line of work.</param>
public sealed record SendComments(IReadOnlyList<string>? CommentIds = null, string? Text = null, string? WorkSessionId = null);

/// <summary>The prompt that comments became, as the server answers.</summary>
/// <param name="TurnId">The turn.</param>
/// <param name="Comments">What it tells.</param>
public sealed record SentCommentsAnswer(string TurnId, IReadOnlyList<ReviewComment> Comments);

/// <summary>What merging an agent's work would come to, as the server answers.</summary>
/// <param name="Forecast">The forecast.</param>
public sealed record ForecastAnswer(WorkForecast Forecast);

/// <summary>What merging an agent's work would come to.</summary>
/// <param name="Base">With the branch it started from.</param>
/// <param name="Agents">With the work of other agents.</param>
public sealed record WorkForecast(MergeForecast Base, IReadOnlyList<MergeForecast> Agents);

/// <summary>What one merge would come to.</summary>
/// <param name="Branch">With which branch.</param>
/// <param name="Title">What that agent does; null for the base branch.</param>
/// <param name="Commit">Its commit; null when there is no such branch.</param>
/// <param name="Conflicts">Files that git cannot merge by itself.</param>
public sealed record MergeForecast(string Branch, string? Title, string? Commit, IReadOnlyList<string> Conflicts);

/// <summary>Gets an agent's work into another branch.</summary>
/// <param name="How">merge, squash or push.</param>
/// <param name="Message">Of the commit.</param>
/// <param name="Into">The branch that gets it.</param>
/// <param name="Commit">Whether uncommitted work is committed first.</param>
/// <param name="CommitMessage">The message of that commit.</param>
/// <param name="Complete">Whether the agent is completed then.</param>
public sealed record Land(string How, string? Message = null, string? Into = null, bool? Commit = null, string? CommitMessage = null, bool? Complete = null);

/// <summary>A landing, as the server answers.</summary>
/// <param name="Landing">The landing.</param>
public sealed record LandingAnswer(Landing Landing);

/// <summary>Landings of an agent, as the server answers.</summary>
/// <param name="Landings">The oldest first.</param>
public sealed record LandingsAnswer(IReadOnlyList<Landing> Landings);

/// <summary>How an agent's work got into another branch.</summary>
/// <param name="Id">Its id.</param>
/// <param name="How">merge, squash or push.</param>
/// <param name="Into">The branch.</param>
/// <param name="State">doing, landed, pushed, conflicts, refused or failed.</param>
/// <param name="Commit">What the branch got.</param>
/// <param name="Paths">Where git cannot merge.</param>
/// <param name="Problem">Why not, in words.</param>
/// <param name="PullRequestUrl">Where a request to pull is opened.</param>
public sealed record Landing(string Id, string How, string Into, string State, string? Commit, IReadOnlyList<string> Paths, string? Problem, string? PullRequestUrl);

/// <summary>Gives conflicts to the agent.</summary>
/// <param name="Into">The branch that its work conflicts with.</param>
/// <param name="WorkSessionId">In which line of work.</param>
public sealed record ResolveConflicts(string? Into = null, string? WorkSessionId = null);

/// <summary>The prompt that conflicts became, as the server answers.</summary>
/// <param name="TurnId">The turn.</param>
/// <param name="Paths">The files.</param>
public sealed record ResolveAnswer(string TurnId, IReadOnlyList<string> Paths);
