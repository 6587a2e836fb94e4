using Atelier.Protocol.HostLink;
using Atelier.Server.Hosts;
using Atelier.Server.Hosts.Links;
using Npgsql;

namespace Atelier.Server.AgentPrograms.Installing;

/// <summary>Installs and removes what is to be, also what a restart of anything has interrupted: asking the host again joins the work.</summary>
internal sealed partial class ProgramInstalling(
    ProgramInstallStore installs, ProgramCatalog programs, HostLinks links, HostMachines hosts, ILogger<ProgramInstalling> logger) : IHostObserver
{
    /// <summary>Starts, or joins, a try; it goes on by itself.</summary>
    public void Start(ProgramInstall install) => _ = RunAsync(install);

    public async Task HostLinkedAsync(HostMachine host, IReadOnlyList<WorkerReport> workers, CancellationToken cancellationToken)
    {
        if (host.IsLocal)
        {
            foreach (var install in (await installs.AllAsync(cancellationToken)).Where(one => one.IsUnderWay))
            {
                _ = WhenLinkedAsync(host, install);
            }
        }
    }

    public Task HostUnlinkedAsync(HostMachine host, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task WorkerChangedAsync(HostMachine host, WorkerReport report, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task ActivityChangedAsync(HostMachine host, WorkerActivityNotice notice, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task ProgressAsync(HostMachine host, ProgressNotice notice, CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task WhenLinkedAsync(HostMachine host, ProgramInstall install)
    {
        await links.WaitForAsync(host.Id, CancellationToken.None);
        await RunAsync(install);
    }

    private async Task RunAsync(ProgramInstall install)
    {
        try
        {
            await AskAsync(install);
            programs.Forget();
            await installs.EndAsync(install with { State = ProgramInstallState.Done }, CancellationToken.None);
        }
        catch (HostOfflineException)
        {
            // The next link takes it up again.
        }
        catch (HostRefusedException refusal)
        {
            LogFailed(install.Program.Value, refusal.Message);
            programs.Forget();
            await installs.EndAsync(install with { State = ProgramInstallState.Failed, Problem = refusal.Message }, CancellationToken.None);
        }
        catch (NpgsqlException away)
        {
            LogFailed(install.Program.Value, away.Message); // it is still under way: taken up again with the next link
        }
    }

    private async Task AskAsync(ProgramInstall install)
    {
        if ((await hosts.AllAsync(CancellationToken.None)).FirstOrDefault(host => host.IsLocal) is not { } local)
        {
            throw new HostOfflineException("The server's own machine has no daemon yet.");
        }

        var link = links.Get(local.Id);
        if (install.State == ProgramInstallState.Removing)
        {
            await link.RequestAsync(
                HostMethods.UninstallProgram,
                new UninstallProgramRequest(install.Program.Value),
                HostJson.Default.UninstallProgramRequest,
                HostJson.Default.Done,
                CancellationToken.None,
                isLong: true);
            return;
        }

        if ((await programs.FindAsync(install.Program, CancellationToken.None))?.Package is not { } package)
        {
            throw new HostRefusedException("not-found", "Nobody knows any more how to install it.", link.Host.Name);
        }

        await link.RequestAsync(
            HostMethods.InstallProgram,
            new InstallProgramRequest(install.OperationId, install.Program.Value, package.Name, install.Version, package.Executables),
            HostJson.Default.InstallProgramRequest,
            HostJson.Default.InstalledProgram,
            CancellationToken.None,
            isLong: true);
    }

    [LoggerMessage(LogLevel.Warning, "Program {Program} was not installed or removed: {Reason}")]
    private partial void LogFailed(string program, string reason);
}
