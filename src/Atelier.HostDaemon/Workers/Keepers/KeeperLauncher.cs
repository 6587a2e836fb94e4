using System.Buffers;
using System.ComponentModel;
using System.Text.Json;
using Atelier.HostDaemon.ServerLink;
using Atelier.HostDaemon.Workers.Processes;
using Atelier.Protocol.JsonRpc;
using Atelier.Protocol.KeeperLink;

namespace Atelier.HostDaemon.Workers.Keepers;

/// <summary>Starts a keeper, tells it what to run, and hears whether it does.</summary>
/// <param name="program">The keeper's path.</param>
/// <param name="environment">The environment to take the keeper's own from.</param>
/// <param name="children">Collects it when it ends.</param>
internal sealed class KeeperLauncher(string program, IReadOnlyDictionary<string, string> environment, KeeperChildren children)
{
    private const int MaxReplyBytes = 64 << 10;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private static readonly string[] s_keepersOwn = ["PATH", "HOME", "LANG", "DOTNET_ROOT", "DOTNET_ROOT_X64", "DOTNET_ROOT_ARM64"];

    /// <summary>Launches a worker's process.</summary>
    /// <param name="folder">The worker's folder.</param>
    /// <param name="launch">What to run.</param>
    /// <exception cref="JsonRpcException">The keeper could not, and says why.</exception>
    public async Task<KeeperReady> LaunchAsync(string folder, KeeperLaunch launch)
    {
        using var keeper = Spawn(folder);
        children.Add(keeper.Pid);

        // Not cancelled by whoever asked: what has been started is heard out, or it would run unseen.
        using var limit = new CancellationTokenSource(s_patience);
        var process = LiveProcess.Find(keeper.Pid);
        await using var ending = limit.Token.Register(() => End(process));
        try
        {
            var line = JsonSerializer.SerializeToUtf8Bytes(launch, KeeperJson.Default.KeeperLaunch);
            await keeper.Input.WriteAsync((byte[])[.. line, (byte)'\n'], limit.Token);
            await keeper.Input.DisposeAsync();
            var reply = await ReadLineAsync(keeper.Output, limit.Token);
            return Read(reply, folder);
        }
        catch (Exception silent) when (silent is OperationCanceledException or IOException)
        {
            throw new JsonRpcException("keeper", $"The keeper did not answer; see {folder}/keeper.log.");
        }
    }

    // Reading a pipe cannot be cancelled, but it ends with whoever holds the other side.
    private static void End(LiveProcess? keeper)
    {
        if (keeper is not null)
        {
            ProcessSignal.Send(keeper, ProcessSignal.Kill, _ => true);
        }
    }

    private static KeeperReady Read(ReadOnlyMemory<byte> reply, string folder)
    {
        try
        {
            var said = JsonSerializer.Deserialize(reply.Span, KeeperJson.Default.KeeperLaunchReply);
            return said?.Problem is { } problem
                ? throw new JsonRpcException(problem.Code, problem.Message)
                : said?.Ready ?? throw new JsonException("neither ready nor a problem");
        }
        catch (JsonException unreadable)
        {
            throw new JsonRpcException(
                "keeper", $"The keeper's answer cannot be read ({unreadable.Message}); see {folder}/keeper.log.");
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadLineAsync(Stream output, CancellationToken cancellationToken)
    {
        var line = new ArrayBufferWriter<byte>();
        while (line.WrittenCount < MaxReplyBytes)
        {
            var read = await output.ReadAsync(line.GetMemory(1 << 10), cancellationToken);
            line.Advance(read);
            var end = line.WrittenSpan.IndexOf((byte)'\n');
            if (read == 0 || end >= 0)
            {
                return end >= 0 ? line.WrittenMemory[..end] : line.WrittenMemory;
            }
        }

        return line.WrittenMemory;
    }

    private SpawnedKeeper Spawn(string folder)
    {
        if (!File.Exists(program))
        {
            throw new JsonRpcException(LinkRefusals.NotFound, $"The keeper program is missing: {program}.");
        }

        try
        {
            var own = environment.Where(variable => s_keepersOwn.Contains(variable.Key, StringComparer.Ordinal)).ToDictionary();
            return KeeperSpawn.Start(program, folder, own, Path.Combine(folder, "keeper.log"));
        }
        catch (Win32Exception notStarted)
        {
            throw new JsonRpcException("spawn", $"The keeper cannot be started: {notStarted.Message}");
        }
    }
}
