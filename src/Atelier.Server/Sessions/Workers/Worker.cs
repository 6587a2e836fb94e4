using Atelier.Protocol.HostLink;
using Atelier.Protocol.KeeperLink;

namespace Atelier.Server.Sessions.Workers;

internal enum WorkerType
{
    Agent,
    Terminal,
}

/// <summary>What became of a worker's process; transitions are in docs/states.md.</summary>
internal enum WorkerStatus
{
    /// <summary>Its host has been asked, and has not said yet.</summary>
    Starting,

    Running,

    /// <summary>It ended, and how is known.</summary>
    Exited,

    /// <summary>It is gone and nobody knows how: its keeper was killed, or the machine rebooted. It can be started again.</summary>
    Lost,
}

/// <summary>One process in a session, as it is wanted and as its host reported it last.</summary>
internal sealed record Worker
{
    public required WorkerId Id { get; init; }

    public required WorkerType Type { get; init; }

    /// <summary>A terminal, or the pipes of a program that speaks a protocol.</summary>
    public WorkerKind Kind { get; init; }

    /// <summary>Unique within the session.</summary>
    public required string Name { get; init; }

    /// <summary>Program of an agent worker; null for a terminal.</summary>
    public string? AgentProgramId { get; init; }

    /// <summary>Program and arguments; null for the login shell.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    public required WorkerStatus Status { get; init; }

    public ActivityState Activity { get; init; }

    /// <summary>Number of its last process, from 1; 0 before the first.</summary>
    public int Epoch { get; init; }

    public required int Cols { get; init; }

    public required int Rows { get; init; }

    /// <summary>Exit code of an exited process; null when a signal ended it.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Name of the signal that ended it, without SIG.</summary>
    public string? Signal { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Takes over what the host says. An older epoch's word is no news.</summary>
    public Worker Reported(WorkerReport report) => report.Epoch < Epoch
        ? this
        : this with
        {
            Status = report.State switch
            {
                WorkerRunState.Running => WorkerStatus.Running,
                WorkerRunState.Exited => WorkerStatus.Exited,
                _ => WorkerStatus.Lost,
            },
            Epoch = report.Epoch,
            ExitCode = report.ExitCode,
            Signal = report.Signal,
            Activity = report.State == WorkerRunState.Running ? report.Activity : ActivityState.Unknown,
        };

    /// <summary>The host does not know it: what ran is gone. One that is being started has not reached the host yet.</summary>
    public Worker Missing() => Status == WorkerStatus.Running
        ? this with { Status = WorkerStatus.Lost, Activity = ActivityState.Unknown }
        : this;
}
