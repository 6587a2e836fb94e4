using Atelier.Protocol.HostLink;
using Atelier.Server.Agents.Conversations;
using Atelier.Server.Agents.Logins;

namespace Atelier.Server.Agents.Instances;

/// <summary>Transitions are in docs/states.md.</summary>
internal enum InstanceStatus
{
    /// <summary>No process of it runs; it is started when there is work.</summary>
    Pending,

    /// <summary>Its process runs and can be spoken with.</summary>
    Active,

    /// <summary>Its process runs as far as is known, but its host cannot be reached; or it ended in the middle of something.</summary>
    Disconnected,

    /// <summary>All its work is over.</summary>
    Completed,

    /// <summary>It could not be started.</summary>
    Failed,
}

/// <summary>The one process of an agent's program, as it is wanted and as its host reported it.</summary>
internal sealed record AgentInstance
{
    public required InstanceId Id { get; init; }

    public InstanceStatus Status { get; init; }

    /// <summary>The worker under whose keeper it runs.</summary>
    public required string WorkerId { get; init; }

    /// <summary>The process that is wanted or runs, from 1; 0 before the first.</summary>
    public int Epoch { get; init; }

    /// <summary>Whether the host has said that this process was started.</summary>
    public bool IsStarted { get; init; }

    /// <summary>The last process whose end is stored, with everything it said.</summary>
    public int EndedEpoch { get; init; }

    /// <summary>Whether the process is to end: there is nothing for it to do.</summary>
    public bool IsUnwanted { get; init; }

    /// <summary>Number of the last command to the process.</summary>
    public long Sequence { get; init; }

    /// <summary>How much of the program's output is stored, as a log offset in bytes.</summary>
    public long LogOffset { get; init; }

    /// <summary>The command that is to open it, or has; null until it is sent.</summary>
    public long? OpeningSequence { get; init; }

    /// <summary>What the program is and can do; null until the process has said so.</summary>
    public AgentAbilities? Abilities { get; init; }

    /// <summary>When it was last connected with; null before the first time.</summary>
    public DateTimeOffset? ReachedAt { get; init; }

    /// <summary>Since when nobody can be spoken with; null while somebody can.</summary>
    public DateTimeOffset? DisconnectedAt { get; init; }

    /// <summary>Why it ended or could not be started, in words; null when that is no news.</summary>
    public string? Problem { get; init; }

    /// <summary>A login that the program needs, or is in the middle of; null when none.</summary>
    public AgentLogin? Login { get; init; }

    /// <summary>Conversations that the program knows.</summary>
    public ProgramConversations Conversations { get; init; } = ProgramConversations.None;

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? LastActivityAt { get; init; }

    /// <summary>Whether a process is wanted, runs, or has said things that are not stored yet.</summary>
    public bool HasProcess => Epoch > EndedEpoch;

    /// <summary>As it is when a process of it is to be started.</summary>
    public AgentInstance Starting(DateTimeOffset now) => this with
    {
        Epoch = EndedEpoch + 1,
        IsStarted = false,
        IsUnwanted = false,
        Sequence = 0,
        OpeningSequence = null,
        Abilities = null,
        Status = InstanceStatus.Pending,
        ReachedAt = null,
        DisconnectedAt = null,
        Problem = null,
        LastActivityAt = now,
    };

    /// <summary>As it is when its process is gone and all it said is stored.</summary>
    public AgentInstance Ended(InstanceStatus status, string? problem, DateTimeOffset now) => this with
    {
        EndedEpoch = Epoch,
        IsStarted = false,
        IsUnwanted = false,
        OpeningSequence = null,
        Abilities = null,
        Status = status,
        DisconnectedAt = status == InstanceStatus.Disconnected ? now : null,
        Problem = problem,
        Login = LoginRules.AfterEnd(Login),
        Conversations = Conversations with { Sequence = null, Forgetting = [] },
        LastActivityAt = now,
    };
}
