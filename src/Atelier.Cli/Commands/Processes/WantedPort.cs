using System.Net;
using System.Net.Sockets;
using Atelier.Protocol.Layout;

namespace Atelier.Cli.Commands.Processes;

/// <summary>Where <c>up</c> was told to listen; looked at before anything that runs is ended for it.</summary>
internal static class WantedPort
{
    /// <summary>Where the server listens when nothing else is said.</summary>
    public const int Default = 7420;

    /// <summary>Refuses a port that another program holds. One that the server of this data folder holds is free once it has ended.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="bind">The address to listen on; null for the server's own choice.</param>
    /// <param name="port">The port; null for the default.</param>
    public static void ThrowIfTaken(DataFolder data, string? bind, int? port)
    {
        if (port is null && IsInEnvironment("ATELIER_Server__Port"))
        {
            return; // the server reads it, and looks itself
        }

        var wanted = port ?? Default;
        if (wanted == 0 || wanted == RunningPort(data) || !IPAddress.TryParse(bind ?? "127.0.0.1", out var address))
        {
            return;
        }

        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, wanted));
        }
        catch (SocketException problem) when (problem.SocketErrorCode is SocketError.AddressAlreadyInUse)
        {
            throw new CliProblemException($"Another program listens on port {wanted}. Choose another --port. What runs on {data.Path} goes on.");
        }
        catch (SocketException)
        {
            // Whatever else is wrong with it, the server says.
        }
    }

    private static bool IsInEnvironment(string name) =>
        Environment.GetEnvironmentVariables().Keys.Cast<string>().Contains(name, StringComparer.OrdinalIgnoreCase);

    private static int? RunningPort(DataFolder data) =>
        ProcessRecord.Find(data, ProcessRecord.Server)?.Address is { } address ? new Uri(address).Port : null;
}
