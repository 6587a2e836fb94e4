using System.Diagnostics;
using Atelier.Client.Workers;
using Atelier.System.Tests.Kills;
using Atelier.TestKit;

namespace Atelier.System.Tests.Terminals;

/// <summary>Many workers and many connections at once, and the server killed under them.</summary>
public sealed class ManyWorkersTests
{
    private const int Idle = 200;
    private const int IdleASession = 50;
    private const int Reconnects = 10_000;
    private const long MemoryLimit = 32 << 20;
    private const string LogBytes = "--Sessions:TerminalLogBytes=8589934592";

    [Fact]
    [Trait("rule", "SW10")]
    public async Task All_sessions_are_live_again_after_a_server_kill()
    {
        await using var system = await SystemUnderTest.StartAsync(LogBytes);
        var workers = new List<CountingWorker>();
        for (var count = 0; count < 5; count++)
        {
            workers.Add(await CountingWorker.StartAsync(system, linesPerSecond: 2000));
        }

        await Task.WhenAll(workers.Select(worker => worker.Progress(1000)));
        await system.KillServerAsync();
        var began = Stopwatch.StartNew();
        await system.StartServerAsync();
        var listening = began.Elapsed;
        await Task.WhenAll(workers.Select(worker => worker.Progress(1)));
        TestContext.Current.TestOutputHelper?.WriteLine($"All live {began.Elapsed.TotalSeconds:F2} s after the start, {listening.TotalSeconds:F2} s of it until the server listened.");

        foreach (var worker in workers)
        {
            await worker.AssertAllThereOnceAsync("server kill under five sessions");
            await worker.DisposeAsync();
        }
    }

    [Fact]
    [Trait("rule", "SW21")]
    [Trait("kind", "soak")]
    public async Task Two_hundred_idle_terminals_answer_after_a_server_kill()
    {
        await using var system = await SystemUnderTest.StartAsync();
        var terminals = new List<(string Session, string Worker)>();
        for (var count = 0; count < Idle / IdleASession; count++)
        {
            var session = await system.CreateSessionAsync();
            for (var number = 0; number < IdleASession; number++)
            {
                terminals.Add((session.Id, (await system.CreateWorkerAsync(session.Id, ["/bin/sh", "-c", "stty -echo -opost; exec cat"])).Id));
            }
        }

        await system.KillServerAsync();
        var began = Stopwatch.StartNew();
        await system.StartServerAsync();
        await Task.WhenAll(terminals.Select(terminal => EchoesAsync(system, terminal.Session, terminal.Worker)));
        TestContext.Current.TestOutputHelper?.WriteLine($"{terminals.Count} terminals answered {began.Elapsed.TotalSeconds:F2} s after the server's start.");
    }

    [Fact]
    [Trait("kind", "soak")]
    public async Task Ten_thousand_reconnects_leave_the_servers_memory_flat()
    {
        await using var system = await SystemUnderTest.StartAsync(LogBytes);
        await using var worker = await CountingWorker.StartAsync(system, linesPerSecond: 2000);
        var warm = 0L;
        for (var count = 0; count < Reconnects; count++)
        {
            await worker.Progress(1);
            system.Wire.Cut();
            if (count == Reconnects / 10)
            {
                warm = SystemUnderTest.ResidentBytes(system.Server.Pid);
            }
        }

        var grown = SystemUnderTest.ResidentBytes(system.Server.Pid) - warm;
        TestContext.Current.TestOutputHelper?.WriteLine($"The server grew by {grown >> 10} KiB over {worker.Reconnects} reconnects.");
        Assert.InRange(grown, long.MinValue, MemoryLimit);
        await worker.AssertAllThereOnceAsync("reconnects");
    }

    private static async Task EchoesAsync(SystemUnderTest system, string sessionId, string workerId)
    {
        await using var attachment = system.Attach(sessionId, workerId, "typist");
        await attachment.TypeAsync("hello\n"u8.ToArray(), TestContext.Current.CancellationToken);
        await Patience.For(EchoAsync(attachment), $"an echo of {workerId}");
    }

    private static async Task EchoAsync(WorkerAttachment attachment)
    {
        await foreach (var happened in attachment.ReadAsync(TestContext.Current.CancellationToken))
        {
            if (happened is WorkerEvent.Output { Bytes: var bytes } && bytes.Span.IndexOf("hello\n"u8) >= 0)
            {
                return;
            }
        }
    }
}
