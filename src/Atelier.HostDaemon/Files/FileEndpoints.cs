using Atelier.HostDaemon.Programs;
using Atelier.HostDaemon.ServerLink;
using Atelier.HostDaemon.Workers;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;

namespace Atelier.HostDaemon.Files;

/// <summary>What the server may ask of this machine's files and programs.</summary>
internal static class FileEndpoints
{
    public static JsonRpcMethods AnswerFiles(this JsonRpcMethods methods, PastedImages images, WorkerEnvironment environment, OwnPrograms programs) =>
        methods
            .Answer(
                HostMethods.SaveImage,
                HostJson.Default.SaveImageRequest,
                HostJson.Default.SavedFile,
                images.SaveAsync)
            .Answer(
                HostMethods.ListDirectory,
                HostJson.Default.ListDirectoryRequest,
                HostJson.Default.DirectoryListing,
                (request, _) => Task.FromResult(DirectoryListings.List(request)))
            .Answer(
                HostMethods.DetectPrograms,
                HostJson.Default.DetectProgramsRequest,
                HostJson.Default.DetectedPrograms,
                (request, _) => Task.FromResult(InstalledPrograms.Detect(request, environment.SearchPath, programs)));
}
