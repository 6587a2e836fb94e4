using Atelier.Protocol.Layout;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Infrastructure;

/// <summary>Tells the other processes that this server runs, and where it listens, once it does.</summary>
internal sealed class RunningRecord(
    IServer server, IHostApplicationLifetime lifetime, IOptions<ServerOptions> options) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(() => ProcessRecord
            .OfThisProcess(ProcessRecord.Server, server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault())
            .Write(options.Value.DataFolder));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
