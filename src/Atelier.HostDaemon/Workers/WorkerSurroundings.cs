using Atelier.HostDaemon.Programs;
using Atelier.HostDaemon.Screens;
using Atelier.HostDaemon.ServerLink;
using Atelier.HostDaemon.Workers.Keepers;
using Atelier.Protocol.Layout;

namespace Atelier.HostDaemon.Workers;

/// <summary>What every worker's owner needs of the daemon around it.</summary>
/// <param name="Data">The machine's data folder.</param>
/// <param name="Launcher">Starts keepers.</param>
/// <param name="Environment">What programs get.</param>
/// <param name="Programs">Programs that were installed into the data folder.</param>
/// <param name="Sandbox">Locks programs in.</param>
/// <param name="ScreenTurns">Keeps screens from taking the machine.</param>
/// <param name="Outbox">What the server is to be told.</param>
/// <param name="Time">The clock.</param>
/// <param name="Logger">The log of all workers.</param>
internal sealed record WorkerSurroundings(
    DataFolder Data,
    KeeperLauncher Launcher,
    WorkerEnvironment Environment,
    OwnPrograms Programs,
    Sandbox Sandbox,
    ScreenTurns ScreenTurns,
    LinkOutbox Outbox,
    TimeProvider Time,
    ILogger Logger);
