using Atelier.Server.Agents.Requests;
using Atelier.Server.Sessions.Workers;

namespace Atelier.Server.Agents.Terminals;

/// <summary>A terminal that a program has asked for: a worker of the agent's session, for as long as the program holds it and a while longer.</summary>
internal sealed record AgentTerminal
{
    /// <summary>The worker, and the program's own id of the terminal.</summary>
    public required WorkerId Id { get; init; }

    /// <summary>The process that asked for it.</summary>
    public required int Epoch { get; init; }

    /// <summary>How much of its output the program wants at most, in bytes; null when it does not say.</summary>
    public int? OutputByteLimit { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the program let go of it, or could not ask for it any more; null while it holds it.</summary>
    public DateTimeOffset? ReleasedAt { get; init; }

    /// <summary>Whether its processes were ended after that.</summary>
    public bool IsEnded { get; init; }

    /// <summary>Whether its tab is to go.</summary>
    public bool IsForgotten { get; init; }

    /// <summary>The id of the terminal that a question asks for: the same whenever it is asked for, so that it is made once.</summary>
    public static WorkerId IdFor(RequestId request) => new($"wrk_{request.Value[(request.Value.IndexOf('_', StringComparison.Ordinal) + 1)..]}");

    public AgentTerminal Released(DateTimeOffset now) => ReleasedAt is null ? this with { ReleasedAt = now } : this;
}
