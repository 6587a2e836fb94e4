using Atelier.Server.Agents.WorkSessions;

namespace Atelier.Server.Agents.Threads;

/// <summary>Transitions are in docs/states.md.</summary>
internal enum ThreadStatus
{
    /// <summary>The program has not opened it yet.</summary>
    Pending,

    /// <summary>It is open in the process that runs.</summary>
    Active,

    /// <summary>It was open; the process is gone or cannot be reached.</summary>
    Disconnected,

    Completed,

    /// <summary>The program would not open a conversation for it.</summary>
    Failed,
}

/// <summary>How a thread is opened in a process.</summary>
internal enum ThreadOpening
{
    New,
    Resume,
    Load,
}

/// <summary>The conversation of one work session in the agent's instance.</summary>
internal sealed record AgentThread
{
    /// <summary>Longest id that a program may give a conversation.</summary>
    public const int MaxProgramThreadIdLength = 255;

    public required ThreadId Id { get; init; }

    public required WorkSessionId WorkSessionId { get; init; }

    public ThreadStatus Status { get; init; }

    /// <summary>The program's own id of the conversation; null until it says one, and again when it cannot open it any more.</summary>
    public string? ProgramThreadId { get; init; }

    /// <summary>The process in which it is open; 0 when in none.</summary>
    public int OpenEpoch { get; init; }

    /// <summary>The command that is to open it; null when none is on its way.</summary>
    public long? OpeningSequence { get; init; }

    /// <summary>How that command opens it, or the last one did; null before the first.</summary>
    public ThreadOpening? Opening { get; init; }

    /// <summary>The program tells a loaded conversation again; until the next prompt that is no news.</summary>
    public bool IsRetelling { get; init; }

    /// <summary>The conversation began elsewhere and was taken up: it is opened without a prompt, and what the program tells of it is news.</summary>
    public bool TakesUp { get; init; }

    /// <summary>The conversation in the program is younger than ours: the next prompt brings along what was said.</summary>
    public bool NeedsHistory { get; init; }

    /// <summary>Its queue waits for a person: what came before it went wrong.</summary>
    public bool IsHeld { get; init; }

    /// <summary>Modes, options and commands, and what a person wants of them.</summary>
    public ThreadSettings Settings { get; init; } = ThreadSettings.None;

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? LastActivityAt { get; init; }

    /// <summary>As it is when the process it was open in is gone, or opening it came to nothing with it.</summary>
    public AgentThread Disconnected() => this with
    {
        Status = Status is ThreadStatus.Active or ThreadStatus.Pending && ProgramThreadId is not null ? ThreadStatus.Disconnected : Status,
        OpenEpoch = 0,
        OpeningSequence = null,
        IsRetelling = false,
        Settings = Settings.Unapplied(),
    };
}
