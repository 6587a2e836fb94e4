using System.Collections.Immutable;
using Atelier.Server.Accounts.Users;

namespace Atelier.Server.Agents.Lists;

internal enum ArchivedAgents
{
    Without,
    Too,
    Only,
}

/// <summary>Which agents a list is to have; null where that does not matter.</summary>
/// <param name="User">Whose.</param>
/// <param name="Repository">Of which repository: its id, or owner/name.</param>
/// <param name="Program">By which program.</param>
/// <param name="Columns">Where they stand.</param>
/// <param name="Archived">Whether those that were set aside.</param>
internal sealed record AgentFilter(
    UserId? User = null,
    string? Repository = null,
    string? Program = null,
    ImmutableHashSet<AgentColumn>? Columns = null,
    ArchivedAgents Archived = ArchivedAgents.Without)
{
    /// <summary>Whether agents that a person has ended may be among them; most are, after a while.</summary>
    public bool MayBeEnded => Columns?.Contains(AgentColumn.Done) != false;

    public bool Takes(AgentView agent) => Columns?.Contains(AgentColumns.Of(agent)) != false;
}
