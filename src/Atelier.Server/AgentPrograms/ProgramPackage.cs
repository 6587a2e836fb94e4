namespace Atelier.Server.AgentPrograms;

/// <summary>How a program can be installed from npm.</summary>
/// <param name="Name">The package.</param>
/// <param name="Version">The exact version that was tried; npm's newest is often not what fits the Node that is there.</param>
/// <param name="Executables">What it brings.</param>
internal sealed record ProgramPackage(string Name, string Version, IReadOnlyList<string> Executables);
