using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.Waits;
using Atelier.Server.Agents.WorkSessions;

namespace Atelier.Server.Inbox;

/// <summary>Transitions are in docs/states.md.</summary>
internal enum InboxState
{
    Open,

    /// <summary>A person has answered it, or gone on; or a rule has.</summary>
    Answered,

    /// <summary>A person has set it aside.</summary>
    Dismissed,

    /// <summary>Nobody answered in time.</summary>
    Expired,

    /// <summary>It does not wait any more, without anybody's doing.</summary>
    Withdrawn,
}

/// <summary>Something that waits for a person, or did.</summary>
/// <remarks>
/// An agent's record says what it waits with (<see cref="AgentWaits"/>); a row is open exactly as long, and what it closes by follows from the same change
/// (<see cref="InboxChanges"/>). So whoever is killed, no row is lost, doubled or left open. Answers go to the agent, never to the row.
/// </remarks>
/// <param name="Id">Its id.</param>
/// <param name="AgentId">Who waits.</param>
/// <param name="WorkSessionId">Where; null for the agent as a whole.</param>
/// <param name="TurnId">The turn it belongs to; null for none.</param>
/// <param name="RequestId">The question; null when it is none.</param>
/// <param name="RepositoryId">The agent's repository; null where it has none.</param>
/// <param name="Kind">What it waits with.</param>
/// <param name="State">How far it is.</param>
/// <param name="Title">What it is about, in words.</param>
/// <param name="Summary">More about it; null where the title says all.</param>
/// <param name="ExpiresAt">When it is answered without a person; null for never.</param>
/// <param name="CreatedAt">Since when it waits.</param>
internal sealed record InboxItem(
    InboxItemId Id,
    AgentId AgentId,
    WorkSessionId? WorkSessionId,
    TurnId? TurnId,
    RequestId? RequestId,
    string? RepositoryId,
    WaitKind Kind,
    InboxState State,
    string Title,
    string? Summary,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset CreatedAt)
{
    /// <summary>The permission rule that answered it; null when none did.</summary>
    public string? RuleId { get; init; }

    /// <summary>What was answered, in a word; null while it is open, and where nothing was.</summary>
    public string? Answer { get; init; }

    /// <summary>Who answered or dismissed it; null when no person did.</summary>
    public UserId? AnsweredBy { get; init; }

    public DateTimeOffset? AnsweredAt { get; init; }
}
