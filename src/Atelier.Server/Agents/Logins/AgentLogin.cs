using System.Collections.Immutable;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Sessions.Workers;

namespace Atelier.Server.Agents.Logins;

/// <summary>Transitions are in docs/states.md.</summary>
internal enum LoginState
{
    /// <summary>The program wants somebody to log in before it goes on; a person is asked.</summary>
    Needed,

    /// <summary>A person has chosen how; the program is to be told, or has been and has not answered.</summary>
    Authenticating,

    /// <summary>A person logs in in a terminal.</summary>
    InTerminal,

    /// <summary>A person wants the program to forget who is logged in.</summary>
    LoggingOut,
}

/// <summary>A login that an agent's program needs, or is in the middle of; it outlives processes, because what it is about does.</summary>
internal sealed record AgentLogin(LoginState State)
{
    /// <summary>Why the last try came to nothing, or what the program said; null when there is nothing to say.</summary>
    public string? Problem { get; init; }

    /// <summary>How somebody can log in, as the program said, as JSON; null when it has not.</summary>
    public string? Methods { get; init; }

    /// <summary>The method that was chosen; null while none is.</summary>
    public string? MethodId { get; init; }

    /// <summary>The command that says it to the program; null while it is not said.</summary>
    public long? Sequence { get; init; }

    /// <summary>The terminal in which somebody logs in; null when it is done otherwise.</summary>
    public WorkerId? Terminal { get; init; }

    /// <summary>Work sessions whose queues wait for nothing but this; they go on when it is settled.</summary>
    public ImmutableList<WorkSessionId> Held { get; init; } = [];

    /// <summary>Whether nothing is asked of the program until this is settled.</summary>
    public bool HoldsTurns => State is not LoginState.LoggingOut;

    /// <summary>Whether the program is to be told something that it has not been.</summary>
    public bool IsToBeSaid => State is LoginState.Authenticating or LoginState.LoggingOut && Sequence is null;
}
