using Atelier.Protocol.HostLink;
using Atelier.Protocol.KeeperLink;
using Atelier.Server.Hosts;
using Atelier.Server.Sessions;
using Atelier.Server.Sessions.Workers;
using Atelier.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace Atelier.Server.Tests.Sessions;

public sealed class HostReportTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SessionOwners Owners => server.Services.GetRequiredService<SessionOwners>();

    [Fact]
    [Trait("rule", "HL12")]
    public async Task What_a_host_says_of_another_hosts_worker_is_left_out()
    {
        var session = await server.AddSessionAsync(Cancel);
        var owner = await Owners.FindAsync(session.Id);
        var stranger = Host(new HostId("hst_stranger"));

        await Owners.WorkerChangedAsync(stranger, Exited(session.Workers[0]), Cancel);
        await Owners.ActivityChangedAsync(stranger, new WorkerActivityNotice(session.Workers[0].Id.Value, ActivityState.Asking, Offset: 0), Cancel);
        await Owners.WorkerChangedAsync(Host(session.HostId), Exited(session.Workers[1]), Cancel);
        await Patience.Until(() => owner!.Current.Workers[1].Status == WorkerStatus.Exited, "what its own host says"); // it was just stored

        Assert.Equal((WorkerStatus.Running, ActivityState.Unknown), (owner!.Current.Workers[0].Status, owner.Current.Workers[0].Activity));
    }

    private static HostMachine Host(HostId id) => new(id, "testbench", IsLocal: false, Version: null, LastSeenAt: null);

    private static WorkerReport Exited(Worker worker) => new(
        worker.Id.Value, WorkerRunState.Exited, WorkerKind.Terminal, Epoch: 1, End: 0, KeeperPid: null, ChildPid: null, ExitCode: 0, Signal: null, Held: null, Title: null, ActivityState.Unknown);
}
