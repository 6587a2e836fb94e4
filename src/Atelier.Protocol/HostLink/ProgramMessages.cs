namespace Atelier.Protocol.HostLink;

/// <summary>Installs a program from npm into the data folder. Asking again with the same operation joins the work.</summary>
/// <param name="OperationId">The operation under which its output is told.</param>
/// <param name="ProgramId">Names its folder.</param>
/// <param name="Package">The package.</param>
/// <param name="Version">Its exact version.</param>
/// <param name="Executables">What it must bring.</param>
public sealed record InstallProgramRequest(string OperationId, string ProgramId, string Package, string Version, IReadOnlyList<string> Executables);

/// <summary>Deletes a program that was installed here; one that is not there is no error.</summary>
/// <param name="ProgramId">Names its folder.</param>
public sealed record UninstallProgramRequest(string ProgramId);

/// <summary>A program that was installed here.</summary>
/// <param name="Package">The package.</param>
/// <param name="Version">Its version.</param>
/// <param name="Path">Its folder.</param>
public sealed record InstalledProgram(string Package, string Version, string Path);
