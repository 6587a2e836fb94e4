using System.Text.Json;

namespace Atelier.Server.Imports;

/// <summary>What an agent-console folder held, read by whoever can see the folder.</summary>
/// <param name="Repositories">From repositories.json.</param>
/// <param name="Agents">From agents.json.</param>
/// <param name="Sessions">From sessions.json.</param>
internal sealed record AgentConsoleRequest(
    IReadOnlyList<AgentConsoleRepository> Repositories, IReadOnlyList<AgentConsoleAgent> Agents, IReadOnlyList<AgentConsoleSession> Sessions);

/// <summary>A repository; <c>Original</c> is its record as it was.</summary>
internal sealed record AgentConsoleRepository(string Id, string Name, string Path, JsonElement Original, DateTimeOffset? RegisteredAt = null);

/// <summary>A program. Its command is one line for a shell, to which the arguments that go on with the last conversation can be added.</summary>
internal sealed record AgentConsoleAgent(
    string Id,
    string Name,
    string Command,
    IReadOnlyList<string> ContinueArguments,
    IReadOnlyList<string> AskingPatterns,
    bool IsBuiltIn,
    JsonElement Original);

/// <summary>A session, of type worktree or quick. <c>WorktreeId</c> is a branch, or (from the old format) the worktree's path; null for quick sessions.</summary>
internal sealed record AgentConsoleSession(
    string Id,
    string Type,
    string LocationPath,
    DateTimeOffset CreatedAt,
    IReadOnlyList<AgentConsoleWorker> Workers,
    JsonElement Original,
    string? RepositoryId = null,
    string? WorktreeId = null,
    string? Title = null);

/// <summary>A worker, of type agent or terminal. <c>AgentId</c> is an agent's program; null when the record does not say.</summary>
internal sealed record AgentConsoleWorker(string Id, string Type, string Name, DateTimeOffset CreatedAt, string? AgentId = null);
