using Atelier.HostDaemon.ServerLink;
using Atelier.Protocol.Layout;

namespace Atelier.HostDaemon;

/// <summary>What the daemon is started with.</summary>
/// <param name="Data">The machine's data folder.</param>
/// <param name="Server">Where the server listens.</param>
/// <param name="KeyFile">File with the host's key, read at each dial.</param>
/// <param name="Keeper">The keeper program of this build.</param>
internal sealed record DaemonOptions(DataFolder Data, LinkAddress Server, string KeyFile, string Keeper)
{
    public const string Usage = """
        usage: Atelier.HostDaemon --data DIR --server URL [--key-file FILE] [--keeper FILE]
               Atelier.HostDaemon end-workers --data DIR --server URL

          --data DIR       the data folder of this machine
          --server URL     http://host:port, ws://host:port or unix:/path of the server
          --key-file FILE  the host's key; DIR/host-key when absent
          --keeper FILE    the keeper program; the one of this build when absent
        """;

    /// <summary>Reads the command line; says what is wrong with it.</summary>
    public static DaemonOptions? Read(IReadOnlyList<string> arguments, out string problem)
    {
        problem = "";
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var at = 0; at < arguments.Count; at += 2)
        {
            if (arguments[at] is not ("--data" or "--server" or "--key-file" or "--keeper") || at + 1 == arguments.Count)
            {
                problem = $"'{arguments[at]}' is not an option, or lacks its value.";
                return null;
            }

            given[arguments[at]] = arguments[at + 1];
        }

        if (!given.TryGetValue("--data", out var folder) || !given.TryGetValue("--server", out var url))
        {
            problem = "--data and --server are needed.";
            return null;
        }

        if (LinkAddress.Read(url) is not { } server)
        {
            problem = $"'{url}' is no address; give http://host:port, ws://host:port or unix:/path.";
            return null;
        }

        var data = DataFolder.At(folder);
        return new DaemonOptions(
            data,
            server,
            given.GetValueOrDefault("--key-file", data.HostKeyFile),
            given.GetValueOrDefault("--keeper") ?? BuildPrograms.Keeper);
    }
}
