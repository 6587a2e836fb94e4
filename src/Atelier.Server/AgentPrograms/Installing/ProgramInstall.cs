using Atelier.Protocol.HostLink;

namespace Atelier.Server.AgentPrograms.Installing;

/// <summary>Transitions are in docs/states.md.</summary>
internal enum ProgramInstallState
{
    Installing,
    Removing,

    /// <summary>What was to be done is done.</summary>
    Done,
    Failed,
}

/// <summary>What is being done about a program on the server's own machine, or came of that last.</summary>
/// <param name="Program">The program.</param>
/// <param name="State">How far it is.</param>
/// <param name="Version">The version that is installed, or was.</param>
/// <param name="OperationId">Under which its output is told; another for each try.</param>
/// <param name="Problem">Why it failed; null when it has not.</param>
/// <param name="StartedAt">When somebody asked for it.</param>
/// <param name="FinishedAt">When it was over; null while it is not.</param>
internal sealed record ProgramInstall(
    AgentProgramId Program, ProgramInstallState State, string Version, string OperationId, string? Problem, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt)
{
    public bool IsUnderWay => State is ProgramInstallState.Installing or ProgramInstallState.Removing;
}

/// <summary>What a machine has of programs.</summary>
/// <param name="Detected">What its daemon found; null when it cannot be asked just now.</param>
/// <param name="Installs">What is being done, by program.</param>
/// <param name="HasModels">Whether there is a model provider, which is all that some programs need.</param>
internal sealed record FoundPrograms(DetectedPrograms? Detected, IReadOnlyDictionary<AgentProgramId, ProgramInstall> Installs, bool HasModels)
{
    /// <summary>Executables that it has; null when it cannot be asked just now.</summary>
    public IReadOnlySet<string>? Names { get; } = Detected?.Paths.Keys.Concat(HasModels ? [AgentProgram.ModelProvider] : []).ToHashSet(StringComparer.Ordinal);

    public string? PathOf(string? executable) => executable is null ? null : Detected?.Paths.GetValueOrDefault(executable);

    /// <summary>What of it was installed into the data folder; null when nothing was.</summary>
    public InstalledProgram? OwnOf(AgentProgram program) => Detected?.Installed?.GetValueOrDefault(program.Id.Value);

    public ProgramInstall? InstallOf(AgentProgram program) => Installs.GetValueOrDefault(program.Id);
}

internal sealed record ProgramPackageView(string Name, string Version);

internal sealed record ProgramInstallView(ProgramInstallState State, string Version, string OperationId, string? Problem, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt)
{
    public static ProgramInstallView Of(ProgramInstall install) =>
        new(install.State, install.Version, install.OperationId, install.Problem, install.StartedAt, install.FinishedAt);
}
