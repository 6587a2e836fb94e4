using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Atelier.Client.Workers;
using Atelier.System.Tests.Kills;
using Atelier.TestKit;

namespace Atelier.System.Tests.Terminals;

/// <summary>Clients that misbehave: they harm nobody else and cost bounded memory.</summary>
public sealed class WorkerSocketTests
{
    private const int LinesPerSecond = 20_000;
    private const int Resizes = 500;
    private const int MalformedInSoak = 10_000;
    private const long FloodBytes = 64 << 20;
    private const long MemoryLimit = 32 << 20;
    private const string LogBytes = "--Sessions:TerminalLogBytes=8589934592";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("rule", "SW19")]
    [Trait("rule", "WS10")]
    public async Task Ten_malformed_messages_end_a_socket_and_no_other()
    {
        await using var system = await SystemUnderTest.StartAsync(LogBytes);
        await using var worker = await CountingWorker.StartAsync(system, LinesPerSecond);
        var random = new Random(1);
        foreach (var malformed in MalformedMessages(random))
        {
            using var socket = await ConnectAsync(system, worker, "lag=screen&client=broken");
            for (var count = 0; count < 10; count++)
            {
                await socket.SendAsync(malformed, WebSocketMessageType.Text, endOfMessage: true, Cancel);
            }

            await Patience.For(ReadToCloseAsync(socket), "the socket's end");
            Assert.Equal(4008, (int?)socket.CloseStatus);
        }

        await worker.Progress(1);
        await worker.AssertAllThereOnceAsync("malformed messages beside");
        Assert.Equal(0, worker.Reconnects);
    }

    [Fact]
    [Trait("kind", "soak")]
    [Trait("rule", "WS10")]
    public async Task Ten_thousand_malformed_messages_end_their_sockets_and_leave_the_servers_memory_flat()
    {
        await using var system = await SystemUnderTest.StartAsync(LogBytes);
        await using var worker = await CountingWorker.StartAsync(system, LinesPerSecond / 10);
        var random = new Random(1);
        var warm = 0L;
        for (var sent = 0; sent < MalformedInSoak;)
        {
            foreach (var malformed in MalformedMessages(random))
            {
                using var socket = await ConnectAsync(system, worker, "lag=screen&client=broken");
                for (var count = 0; count < 10; count++, sent++)
                {
                    await socket.SendAsync(malformed, WebSocketMessageType.Text, endOfMessage: true, Cancel);
                }

                await Patience.For(ReadToCloseAsync(socket), "the socket's end");
            }

            warm = warm == 0 && sent >= MalformedInSoak / 10 ? SystemUnderTest.ResidentBytes(system.Server.Pid) : warm;
        }

        var grown = SystemUnderTest.ResidentBytes(system.Server.Pid) - warm;
        TestContext.Current.TestOutputHelper?.WriteLine($"The server grew by {grown >> 10} KiB over {MalformedInSoak} malformed messages.");
        Assert.InRange(grown, long.MinValue, MemoryLimit);
        await worker.AssertAllThereOnceAsync("ten thousand malformed messages beside");
    }

    [Fact]
    [Trait("rule", "WS2")]
    [Trait("rule", "KL5")]
    public async Task A_client_that_wants_every_byte_and_stops_reading_costs_little_and_gets_every_byte()
    {
        await using var system = await SystemUnderTest.StartAsync(LogBytes);
        await using var worker = await CountingWorker.StartAsync(system, int.MaxValue);
        await using var sleeper = system.Attach(worker.SessionId, worker.Id, "sleeper");
        await using var events = sleeper.ReadAsync(Cancel).GetAsyncEnumerator(Cancel);
        await Patience.For(events.MoveNextAsync().AsTask(), "the attachment");
        var before = SystemUnderTest.ResidentBytes(system.Server.Pid);

        var end = worker.Output.Offset + FloodBytes;
        await worker.Until(() => worker.Output.Offset >= end, "the flood");
        var grown = SystemUnderTest.ResidentBytes(system.Server.Pid) - before;
        TestContext.Current.TestOutputHelper?.WriteLine($"The server grew by {grown >> 10} KiB.");

        var output = new CountedOutput();
        do
        {
            output.Take(events.Current);
        }
        while (output.Offset < end && await events.MoveNextAsync());

        Assert.Empty(output.Problems);
        Assert.InRange(grown, long.MinValue, MemoryLimit);
        await worker.AssertAllThereOnceAsync("a sleeper beside");
    }

    [Fact]
    [Trait("rule", "SW20")]
    public async Task A_resize_storm_ends_at_the_last_size()
    {
        await using var system = await SystemUnderTest.StartAsync();
        var session = await system.CreateSessionAsync();
        var worker = await system.CreateWorkerAsync(
            session.Id, ["/bin/bash", "-c", "stty -echo -opost; while read -r line; do echo \"$line $(stty size)\"; done"]);
        await using var attachment = system.Attach(session.Id, worker.Id, "resizer");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var output = new StringBuilder();
        var attached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reading = ReadAsync();
        await Patience.For(attached.Task, "the attachment");
        var random = new Random(1);
        for (var count = 0; count < Resizes; count++)
        {
            await attachment.ResizeAsync(random.Next(1, 500), random.Next(1, 200), Cancel);
        }

        await attachment.ResizeAsync(101, 43, Cancel);
        await attachment.TypeAsync("last\n"u8.ToArray(), Cancel);
        await Patience.For(done.Task, $"the program's answer after {output}");

        Assert.EndsWith("last 43 101\n", output.ToString(), StringComparison.Ordinal);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);

        async Task ReadAsync()
        {
            await foreach (var happened in attachment.ReadAsync(stop.Token))
            {
                if (happened is WorkerEvent.Attached)
                {
                    attached.TrySetResult();
                }
                else if (happened is WorkerEvent.Output part)
                {
                    output.Append(Encoding.ASCII.GetString(part.Bytes.Span));
                    if (output.ToString().EndsWith('\n'))
                    {
                        done.TrySetResult();
                    }
                }
            }
        }
    }

    [Fact]
    [Trait("rule", "SW18")]
    [Trait("rule", "WS3")]
    public async Task A_client_that_stops_reading_costs_little_and_is_current_when_it_reads_on()
    {
        await using var system = await SystemUnderTest.StartAsync(LogBytes);
        await using var worker = await CountingWorker.StartAsync(system, int.MaxValue, terminal: "opost");
        using var socket = await ConnectAsync(system, worker, "lag=screen&client=sleeper");
        await Patience.For(NextSnapshotAsync(socket, atLeast: 0), "the first screen");
        var before = SystemUnderTest.ResidentBytes(system.Server.Pid);

        var end = worker.Output.Offset + FloodBytes;
        await worker.Until(() => worker.Output.Offset >= end, "the flood");
        var grown = SystemUnderTest.ResidentBytes(system.Server.Pid) - before;
        TestContext.Current.TestOutputHelper?.WriteLine($"The server grew by {grown >> 10} KiB.");

        await Patience.For(NextSnapshotAsync(socket, atLeast: end), "a screen from after the flood");
        Assert.InRange(grown, long.MinValue, MemoryLimit);
        await worker.AssertAllThereOnceAsync("flood");
    }

    [Fact]
    [Trait("rule", "WS7")]
    public async Task An_image_becomes_its_path_and_one_that_cannot_be_saved_stops_no_key_after_it()
    {
        await using var system = await SystemUnderTest.StartAsync();
        var session = await system.CreateSessionAsync();
        var worker = await system.CreateWorkerAsync(session.Id, ["/bin/sh", "-c", "stty raw -echo; echo ready; exec cat"]);
        using var socket = await ConnectAsync(system, session.Id, worker.Id, "from=0&client=painter");
        var (output, trouble) = (new StringBuilder(), new List<string>());
        await ReadUntilAsync("ready");

        await SendAsync("""{"type":"image","seq":1,"mimeType":"image/png","data":"cGljdHVyZQ=="}""");
        await SendAsync("""{"type":"image","seq":2,"mimeType":"image/tiff","data":"cGljdHVyZQ=="}""");
        await SendAsync("""{"type":"input","seq":3,"data":"after"}""");
        await ReadUntilAsync("after");

        var typed = output.ToString().Trim().Split('\n')[^1].Split(' ');
        Assert.Equal("after", typed[^1]);
        Assert.Equal("picture", await File.ReadAllTextAsync(Assert.Single(typed[..^1]).Trim(), Cancel));
        Assert.Contains("image/tiff", Assert.Single(trouble), StringComparison.Ordinal);

        Task SendAsync(string message) => socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, Cancel);

        async Task ReadUntilAsync(string text)
        {
            var buffer = new byte[64 << 10];
            while (!output.ToString().Contains(text, StringComparison.Ordinal))
            {
                var part = await Patience.For(socket.ReceiveAsync(buffer.AsMemory(), Cancel).AsTask(), $"{text} after {output}");
                if (part.MessageType == WebSocketMessageType.Binary)
                {
                    output.Append(Encoding.UTF8.GetString(buffer.AsSpan(sizeof(long), part.Count - sizeof(long))));
                }
                else if (JsonNode.Parse(buffer.AsSpan(0, part.Count)) is { } message && (string?)message["type"] == "error")
                {
                    trouble.Add((string?)message["message"] ?? "");
                }
            }
        }
    }

    private static IEnumerable<byte[]> MalformedMessages(Random random)
    {
        yield return "{"u8.ToArray();
        yield return "[]"u8.ToArray();
        yield return "null"u8.ToArray();
        yield return "{\"type\":\"input\",\"seq\":0,\"data\":\"x\"}"u8.ToArray();
        yield return "{\"type\":\"input\",\"seq\":1,\"dataBase64\":\"?\"}"u8.ToArray();
        yield return "{\"type\":\"resize\",\"cols\":-1,\"rows\":99999999999}"u8.ToArray();
        yield return "{\"type\":\"nothing\"}"u8.ToArray();
        yield return Encoding.UTF8.GetBytes(new string('[', 10_000));
        for (var count = 0; count < 10; count++)
        {
            var noise = new byte[random.Next(1, 5000)];
            for (var at = 0; at < noise.Length; at++)
            {
                noise[at] = (byte)random.Next(32, 127);
            }

            yield return noise;
        }
    }

    private static Task<ClientWebSocket> ConnectAsync(SystemUnderTest system, CountingWorker worker, string query) =>
        ConnectAsync(system, worker.SessionId, worker.Id, query);

    private static async Task<ClientWebSocket> ConnectAsync(SystemUnderTest system, string sessionId, string workerId, string query)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {system.Api.Token}");
        var address = new UriBuilder(system.Server.Address)
        {
            Scheme = Uri.UriSchemeWs,
            Path = $"/ws/session/{sessionId}/worker/{workerId}",
            Query = query,
        };
        await socket.ConnectAsync(address.Uri, Cancel);
        return socket;
    }

    private static async Task ReadToCloseAsync(ClientWebSocket socket)
    {
        var buffer = new byte[64 << 10];
        while ((await socket.ReceiveAsync(buffer, Cancel)).MessageType != WebSocketMessageType.Close)
        {
        }
    }

    /// <summary>Reads on until there is a screen from at least that offset.</summary>
    private static async Task NextSnapshotAsync(ClientWebSocket socket, long atLeast)
    {
        var buffer = new byte[4 << 20];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(length), Cancel);
                length += part.Count;
            }
            while (!part.EndOfMessage);

            Assert.NotEqual(WebSocketMessageType.Close, part.MessageType);
            if (part.MessageType == WebSocketMessageType.Text
                && JsonNode.Parse(buffer.AsSpan(0, length)) is { } message
                && (string?)message["type"] == "snapshot"
                && (long?)message["offset"] >= atLeast)
            {
                return;
            }
        }
    }
}
