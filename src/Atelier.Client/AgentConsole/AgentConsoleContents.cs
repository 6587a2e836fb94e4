using System.Text.Json.Nodes;

namespace Atelier.Client.AgentConsole;

/// <summary>What an agent-console folder holds, in one shape whatever version wrote it.</summary>
/// <param name="Repositories">From repositories.json.</param>
/// <param name="Agents">From agents.json.</param>
/// <param name="Sessions">From sessions.json.</param>
public sealed record AgentConsoleContents(
    IReadOnlyList<AgentConsoleRepository> Repositories,
    IReadOnlyList<AgentConsoleAgent> Agents,
    IReadOnlyList<AgentConsoleSession> Sessions);

/// <summary>A repository it knew.</summary>
/// <param name="Id">Kept.</param>
/// <param name="Name">For people.</param>
/// <param name="Path">Absolute path of the working copy.</param>
/// <param name="RegisteredAt">When it was added; null when the file does not say.</param>
/// <param name="Original">The record as it was, so that nothing is lost.</param>
public sealed record AgentConsoleRepository(
    string Id, string Name, string Path, DateTimeOffset? RegisteredAt, JsonObject Original);

/// <summary>An agent program it knew.</summary>
/// <param name="Id">Kept; <c>claude-code-builtin</c> is our own entry for Claude Code.</param>
/// <param name="Name">For people.</param>
/// <param name="Command">Program and arguments, as one line for a shell.</param>
/// <param name="ContinueArguments">Arguments that go on with the last conversation.</param>
/// <param name="AskingPatterns">Regular expressions that say it is asking.</param>
/// <param name="IsBuiltIn">Whether it came with that product.</param>
/// <param name="Original">The record as it was.</param>
public sealed record AgentConsoleAgent(
    string Id,
    string Name,
    string Command,
    IReadOnlyList<string> ContinueArguments,
    IReadOnlyList<string> AskingPatterns,
    bool IsBuiltIn,
    JsonObject Original);

/// <summary>A session it had.</summary>
/// <param name="Id">Kept.</param>
/// <param name="Type">worktree or quick.</param>
/// <param name="LocationPath">Its directory.</param>
/// <param name="RepositoryId">Repository of a worktree session; else null.</param>
/// <param name="WorktreeId">A branch, or (from the old format) the worktree's path; null for quick sessions.</param>
/// <param name="Title">For people; null when it had none.</param>
/// <param name="ServerPid">The server that had it last; null in the oldest files.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Workers">Its workers.</param>
/// <param name="Original">The record as it was.</param>
public sealed record AgentConsoleSession(
    string Id,
    string Type,
    string LocationPath,
    string? RepositoryId,
    string? WorktreeId,
    string? Title,
    int? ServerPid,
    DateTimeOffset CreatedAt,
    IReadOnlyList<AgentConsoleWorker> Workers,
    JsonObject Original);

/// <summary>A worker of such a session.</summary>
/// <param name="Id">Kept.</param>
/// <param name="Type">agent or terminal; other types are kept in the original only.</param>
/// <param name="Name">Unique within the session there.</param>
/// <param name="AgentId">Program of an agent worker; else null.</param>
/// <param name="Pid">Its process; null when it had none.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record AgentConsoleWorker(
    string Id, string Type, string Name, string? AgentId, int? Pid, DateTimeOffset CreatedAt);
