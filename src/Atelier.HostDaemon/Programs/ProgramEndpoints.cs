using Atelier.HostDaemon.Operations;
using Atelier.HostDaemon.ServerLink;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;

namespace Atelier.HostDaemon.Programs;

/// <summary>What the server may ask to be installed on this machine.</summary>
internal static class ProgramEndpoints
{
    public static JsonRpcMethods AnswerPrograms(this JsonRpcMethods methods, ProgramInstalls installs, LongOperations operations) => methods
        .Answer(
            HostMethods.InstallProgram,
            HostJson.Default.InstallProgramRequest,
            HostJson.Default.InstalledProgram,
            (request, cancellationToken) => operations.RunAsync(
                request.OperationId, (progress, stop) => installs.InstallAsync(request, progress, stop), cancellationToken))
        .Answer(
            HostMethods.UninstallProgram,
            HostJson.Default.UninstallProgramRequest,
            HostJson.Default.Done,
            (request, _) => installs.UninstallAsync(request));
}
