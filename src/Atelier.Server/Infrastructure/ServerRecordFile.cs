using System.Text.Json;
using Atelier.Protocol.Layout;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Infrastructure;

/// <summary>Writes down that this server runs, and where it listens, once it does.</summary>
internal sealed class ServerRecordFile(
    IServer server, IHostApplicationLifetime lifetime, IOptions<ServerOptions> options) : IHostedService
{
    private readonly string _file = options.Value.DataFolder.ServerFile;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(Write);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        File.Delete(_file);
        return Task.CompletedTask;
    }

    private void Write()
    {
        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "";
        var record = new ServerRecord(
            Environment.ProcessId,
            ProcessIdentity.StartTime(Environment.ProcessId) ?? 0,
            ProcessIdentity.BootId,
            address,
            options.Value.PublicUrl?.ToString());
        File.WriteAllText($"{_file}.half", JsonSerializer.Serialize(record, ServerRecordJson.Default.ServerRecord));
        File.Move($"{_file}.half", _file, overwrite: true);
    }
}
