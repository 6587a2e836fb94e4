using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Infrastructure.Web;

/// <summary>Looks first of all whether the port is free: the socket opens last, when a database has been started for nothing.</summary>
internal sealed class FreePort(IOptions<ServerOptions> options) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var address = new IPEndPoint(IPAddress.Parse(options.Value.Bind), options.Value.Port);
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(address);
        }
        catch (SocketException problem) when (problem.SocketErrorCode is SocketError.AddressAlreadyInUse)
        {
            throw Taken(address, problem);
        }
        catch (SocketException)
        {
            // Whatever else is wrong with it, who listens there says.
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static StartProblemException Taken(IPEndPoint address, SocketException problem) =>
        new($"Another program listens on {address}. Choose another --port.", problem);
}
