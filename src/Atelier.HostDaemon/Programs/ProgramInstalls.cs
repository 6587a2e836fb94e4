using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atelier.Git.Processes;
using Atelier.HostDaemon.Files;
using Atelier.HostDaemon.Operations;
using Atelier.HostDaemon.ServerLink;
using Atelier.HostDaemon.Workers;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.JsonRpc;

namespace Atelier.HostDaemon.Programs;

/// <summary>Installs agent programs by npm, and deletes them. A version becomes the current one when it is whole; until then the one before is.</summary>
internal sealed partial class ProgramInstalls(OwnPrograms programs, WorkerEnvironment environment)
{
    public const string Manifest = "package.json";

    private const int KeptLines = 40;

    public async Task<InstalledProgram> InstallAsync(InstallProgramRequest request, OperationProgress progress, CancellationToken cancellationToken)
    {
        if (!IsId.IsMatch(request.ProgramId) || !IsPackage.IsMatch(request.Package) || !IsVersion.IsMatch(request.Version))
        {
            throw new JsonRpcException(LinkRefusals.Invalid, $"{request.Package}@{request.Version} is not the name of a package and its version.");
        }

        if (InstalledPrograms.Find("npm", environment.SearchPath) is not { } npm)
        {
            throw new JsonRpcException("npm-not-found", "There is no npm on the PATH of this machine's daemon. Install Node.js with npm, then try again.");
        }

        var folder = programs.FolderOf(request.ProgramId);
        var version = Path.Combine(folder, $"{request.Version}-{Guid.NewGuid():N}"[..(request.Version.Length + 5)]);
        Directory.CreateDirectory(version);
        try
        {
            await File.WriteAllTextAsync(Path.Combine(version, Manifest), ManifestOf(request), cancellationToken);
            await RunAsync(npm, request, version, progress, cancellationToken);
            if (request.Executables.FirstOrDefault(name => !File.Exists(Path.Combine(OwnPrograms.ExecutablesIn(version), name))) is { } missing)
            {
                throw new JsonRpcException(LinkRefusals.Refused, $"{request.Package}@{request.Version} was installed and brings no {missing}.");
            }

            var before = OwnPrograms.CurrentIn(folder);
            OwnPrograms.MakeCurrent(folder, version);
            DeleteOthers(folder, version, before);
            return programs.Find(request.ProgramId, request.Package) ?? throw new IOException($"{version} cannot be read.");
        }
        catch
        {
            Delete(version);
            throw;
        }
    }

    public Task<Done> UninstallAsync(UninstallProgramRequest request)
    {
        if (!IsId.IsMatch(request.ProgramId))
        {
            throw new JsonRpcException(LinkRefusals.Invalid, $"{request.ProgramId} is no program's id.");
        }

        Delete(programs.FolderOf(request.ProgramId));
        return Task.FromResult(new Done());
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$", RegexOptions.NonBacktracking)]
    private static partial Regex IsId { get; }

    [GeneratedRegex(@"^(@[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex IsPackage { get; }

    [GeneratedRegex(@"^[0-9]+\.[0-9]+\.[0-9]+[A-Za-z0-9.+-]*$", RegexOptions.NonBacktracking)]
    private static partial Regex IsVersion { get; }

    private static string ManifestOf(InstallProgramRequest request) => new JsonObject
    {
        ["private"] = true,
        ["atelier"] = new JsonObject { ["package"] = request.Package, ["version"] = request.Version },
    }.ToJsonString();

    private async Task RunAsync(string npm, InstallProgramRequest request, string version, OperationProgress progress, CancellationToken cancellationToken)
    {
        var gate = new Lock();
        var last = new Queue<string>();
        void Hear(string line)
        {
            lock (gate)
            {
                last.Enqueue(line);
                if (last.Count > KeptLines)
                {
                    last.Dequeue();
                }
            }

            progress.Say(line);
        }

        var name = $"{request.Package}@{request.Version}";
        progress.Say($"npm install {name}");
        var result = await ChildProcess.RunAsync(
            new ChildCommand(npm, ["install", "--no-audit", "--no-fund", "--save-exact", "--loglevel=http", "--color=false", name], version)
            {
                Environment = new Dictionary<string, string>(environment.Plain, StringComparer.Ordinal) { ["npm_config_update_notifier"] = "false" },
                OnOutputLine = Hear,
                OnErrorLine = Hear,
                IsOutputKept = false,
            },
            cancellationToken);
        if (result.ExitCode != 0)
        {
            throw new JsonRpcException("install-failed", string.Join('\n', [.. last, $"npm ended with code {result.ExitCode}; {name} is not installed."]));
        }
    }

    private static void DeleteOthers(string folder, params string?[] kept)
    {
        foreach (var other in Directory.EnumerateDirectories(folder).Where(other => !kept.Contains(other)))
        {
            Delete(other);
        }
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
