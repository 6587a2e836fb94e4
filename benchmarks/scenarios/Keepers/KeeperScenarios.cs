using System.Diagnostics;
using Atelier.TestKit;
using Atelier.TestKit.Keepers;

namespace Atelier.Scenarios.Keepers;

/// <summary>What a keeper costs by itself: one reader on its socket, no server and no daemon.</summary>
internal static class KeeperScenarios
{
    private const int FloodBytes = 100_000_000;
    private const int Keys = 1_000;
    private const int IdleKeepers = 20;

    public static async Task RunAsync(TextWriter output, int rounds)
    {
        await output.WriteLineAsync($"keeper: {KeeperProcess.Program}, {rounds} rounds");
        await FloodAsync(output, rounds);
        await EchoAsync(output, rounds, beside: null);
        await EchoAsync(output, rounds, beside: "cat /dev/zero | tr '\\0' 'x'");
        await IdleAsync(output);
    }

    private static async Task FloodAsync(TextWriter output, int rounds)
    {
        using var folder = new TemporaryFolder();
        var line = new string('x', 79) + "\n";
        folder.Write("flood", string.Concat(Enumerable.Repeat(line, FloodBytes / line.Length)));
        long sent = FloodBytes + (FloodBytes / line.Length); // a terminal adds a carriage return to each line
        var (rates, processor) = (new Spread(), new Spread());
        for (var round = 0; round < rounds; round++)
        {
            await using var keeper = await KeeperProcess.StartAsync(
                folder[$"flood-{round}"], KeeperProcess.Terminal(folder, "sh", "-c", "read x; cat flood; exec cat"));
            await using var reader = await keeper.AttachAsync(client: "bench");
            reader.Forgets = true;
            var before = Processes.ProcessorTime(keeper.Ready.KeeperPid);
            var start = Stopwatch.GetTimestamp();
            await reader.TypeAsync(1, "\n");
            await reader.ReadUntilOffsetAsync(sent);
            rates.Add(sent / 1e6 / Stopwatch.GetElapsedTime(start).TotalSeconds);
            processor.Add((Processes.ProcessorTime(keeper.Ready.KeeperPid) - before).TotalSeconds * 1e8 / sent);
            await keeper.KillAsync();
            Directory.Delete(folder[$"flood-{round}"], recursive: true);
        }

        await output.WriteLineAsync($"cat of 100 MB to one reader, MB/s: {rates}");
        await output.WriteLineAsync($"processor seconds of the keeper per 100 MB: {processor}");
    }

    private static async Task EchoAsync(TextWriter output, int rounds, string? beside)
    {
        using var folder = new TemporaryFolder();
        using var other = new TemporaryFolder();
        await using var flood = beside is null
            ? null
            : await KeeperProcess.StartAsync(other["w"], KeeperProcess.Terminal(other, "sh", "-c", beside));
        await using var floodReader = flood is null ? null : await flood.AttachAsync();
        using var ended = new CancellationTokenSource();
        var reading = floodReader is null ? Task.CompletedTask : DrainAsync(floodReader, ended.Token);
        await using var keeper = await KeeperProcess.StartAsync(folder["w"], KeeperProcess.Terminal(folder, "cat"));
        await using var reader = await keeper.AttachAsync(client: "bench");
        var (medians, worst, latencies) = (new Spread(), new Spread(), new double[Keys]);
        var sequence = 0L;
        for (var round = 0; round < rounds; round++)
        {
            for (var key = 0; key < Keys; key++)
            {
                var start = Stopwatch.GetTimestamp();
                var offset = reader.Offset;
                await reader.TypeAsync(++sequence, "k");
                await reader.ReadUntilOffsetAsync(offset + 1);
                latencies[key] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                if (key % 64 == 63)
                {
                    // A line that is never ended would fill the terminal's own buffer.
                    await reader.TypeAsync(++sequence, "\u0015");
                    await reader.ReadUntilAsync(() => reader.Acknowledged == sequence, "the line to be erased");
                    reader.Events.Clear();
                }
            }

            Array.Sort(latencies);
            medians.Add(latencies[Keys / 2]);
            worst.Add(latencies[Keys * 99 / 100]);
        }

        await ended.CancelAsync();
        await reading;
        var where = beside is null ? "" : " beside a flooding keeper";
        await output.WriteLineAsync($"echo of a key{where}, p50 ms: {medians}; p99 ms: {worst}");
    }

    private static async Task IdleAsync(TextWriter output)
    {
        using var folder = new TemporaryFolder();
        var keepers = new List<KeeperProcess>();
        for (var at = 0; at < IdleKeepers; at++)
        {
            var launch = KeeperProcess.Terminal(folder, "bash", "--norc", "-i") with { Socket = folder[$"{at}.sock"] };
            keepers.Add(await KeeperProcess.StartAsync(folder[$"w{at}"], launch));
        }

        var (own, proportional) = (new Spread(), new Spread());
        foreach (var keeper in keepers)
        {
            await using (var reader = await keeper.AttachAsync())
            {
                await reader.ReadUntilOffsetAsync(1);
            }

            own.Add(Processes.MemoryMiB(keeper.Ready.KeeperPid, "Private_"));
            proportional.Add(Processes.MemoryMiB(keeper.Ready.KeeperPid, "Pss:"));
        }

        await output.WriteLineAsync($"memory of an idle keeper of {IdleKeepers}, private MiB: {own}; PSS MiB: {proportional}");
        foreach (var keeper in keepers)
        {
            await keeper.DisposeAsync();
        }
    }

    private static async Task DrainAsync(KeeperReader reader, CancellationToken cancellationToken)
    {
        try
        {
            while (await reader.Connection.ReadAsync(cancellationToken) is not null)
            {
            }
        }
        catch (OperationCanceledException)
        {
            // The measurement beside it is over.
        }
    }
}
