using System.Text;
using Atelier.Client.Workers;
using Atelier.TestKit;

namespace Atelier.System.Tests.Kills;

/// <summary>A worker that runs the counting program, with a client that reads all of it and types numbered lines without a pause.</summary>
/// <remarks>At most <see cref="Window"/> lines are typed ahead of their echoes, as much as a terminal's own line buffer holds with room to spare.</remarks>
internal sealed class CountingWorker : IAsyncDisposable
{
    private const int Window = 32;
    private readonly SystemUnderTest _system;
    private readonly string _client;
    private readonly WorkerAttachment _attachment;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _typingEnds = new();
    private readonly Lock _waiting = new();
    private readonly List<(Func<bool> Condition, TaskCompletionSource Met)> _waiters = [];
    private readonly SemaphoreSlim _echoed = new(0);
    private readonly Task _reading;
    private Task _typing = Task.CompletedTask;
    private int _epoch;
    private long _givenUp;

    private CountingWorker(SystemUnderTest system, string sessionId, string workerId, string client)
    {
        (_system, SessionId, Id, _client) = (system, sessionId, workerId, client);
        _attachment = system.Attach(sessionId, workerId, client);
        _reading = ReadAsync();
    }

    public string SessionId { get; }

    public string Id { get; }

    public CountedOutput Output { get; } = new();

    public int Reconnects { get; private set; }

    /// <summary>Why its program is held back; null while it is not.</summary>
    public string? Held { get; private set; }

    public int Epoch => Volatile.Read(ref _epoch);

    public long Typed { get; private set; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Starts one in a session of its own; it types already.</summary>
    /// <param name="system">Where.</param>
    /// <param name="linesPerSecond">How fast it prints.</param>
    /// <param name="terminal">How its terminal is set: raw output, or opost as a shell's programs have it.</param>
    public static async Task<CountingWorker> StartAsync(SystemUnderTest system, int linesPerSecond, string terminal = "-opost")
    {
        var session = await system.CreateSessionAsync();
        var program = Checkout.ProgramOf("Atelier.TestPrograms");
        var worker = await system.CreateWorkerAsync(
            session.Id, ["/bin/sh", "-c", $"stty -echo {terminal}; exec '{program}' count {linesPerSecond}"]);
        var counting = new CountingWorker(system, session.Id, worker.Id, $"typist-{Guid.NewGuid():N}");
        await counting.Until(() => counting.Output.LastNumber > 0, "the first number");
        counting.StartTyping();
        return counting;
    }

    /// <summary>Waits until that many more lines have come, and one echo at least.</summary>
    public Task Progress(long lines)
    {
        var (number, echo, epoch) = (Output.LastNumber, Output.LastEcho, Epoch);
        return Until(
            () => Epoch == epoch && Output.LastNumber >= number + lines && Output.LastEcho > echo, $"{lines} more lines after #{number} and an echo after <t{echo}>");
    }

    /// <summary>Waits for what reading changes.</summary>
    public async Task Until(Func<bool> condition, string what)
    {
        var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_waiting)
        {
            _waiters.Add((condition, met));
        }

        Look();
        await Patience.For(Task.WhenAny(met.Task, _reading), $"{what}; it has {this}");
        if (!met.Task.IsCompleted)
        {
            await _reading; // says why reading ended
        }
    }

    public void StartTyping() => _typing = TypeAsync(_typingEnds.Token);

    /// <summary>Types no more, lets the program end, and reads its log again from the start: what is kept is what was told.</summary>
    public async Task AssertAllThereOnceAsync(string row)
    {
        await _typingEnds.CancelAsync();
        await _typing;
        await _attachment.TypeAsync("stop\n"u8.ToArray(), Cancel);
        await Until(() => Output.HasEnded, "END");

        var kept = new CountedOutput();
        await using var second = _system.Attach(SessionId, Id, $"{_client}-again");
        await Patience.For(ReadAgainAsync(second, kept), "the kept log");
        Assert.True(Output.Problems.Count == 0, $"{row}: {string.Join("; ", Output.Problems)}");
        Assert.Equal(Typed, Output.LastEcho);
        Assert.Equal(Output.Hash, kept.Hash);
    }

    public override string ToString() =>
        $"#{Output.LastNumber}, <t{Output.LastEcho}> of {Typed}, epoch {Epoch}, {Reconnects} reconnects{string.Concat(Output.Problems.Select(problem => $"; {problem}"))}";

    public async ValueTask DisposeAsync()
    {
        await _typingEnds.CancelAsync();
        await _typing;
        await _stop.CancelAsync();
        try
        {
            await _reading;
        }
        catch (OperationCanceledException)
        {
            // That was asked for.
        }

        await _attachment.DisposeAsync();
        _stop.Dispose();
        _typingEnds.Dispose();
        _echoed.Dispose();
    }

    private async Task ReadAsync()
    {
        await foreach (var happened in _attachment.ReadAsync(_stop.Token))
        {
            Take(happened);
            if (_echoed.CurrentCount == 0)
            {
                _echoed.Release();
            }

            Look();
        }
    }

    private void Take(WorkerEvent happened)
    {
        switch (happened)
        {
            case WorkerEvent.Attached attached when attached.Epoch != Epoch:
                Enter(attached.Epoch);
                break;
            case WorkerEvent.EpochStarted started:
                Enter(started.Epoch);
                break;
            case WorkerEvent.Held held:
                Held = held.Reason;
                break;
            case WorkerEvent.Reconnecting:
                Reconnects++;
                break;
            case WorkerEvent.Trouble { Code: "input-refused", Message: not "The process has ended." } refused:
                Output.Complain($"input refused: {refused.Message}");
                break;
            default:
                break;
        }

        Output.Take(happened);
    }

    private void Enter(int epoch)
    {
        Volatile.Write(ref _epoch, epoch);
        Interlocked.Exchange(ref _givenUp, Typed); // what a killed keeper had not acknowledged goes to nobody
    }

    private async Task TypeAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                while (Typed - Math.Max(Output.LastEcho, Interlocked.Read(ref _givenUp)) >= Window)
                {
                    await _echoed.WaitAsync(cancellationToken);
                }

                cancellationToken.ThrowIfCancellationRequested();
                Typed++;
                await _attachment.TypeAsync(Encoding.ASCII.GetBytes($"t{Typed}\n"), CancellationToken.None);
            }
        }
        catch (OperationCanceledException)
        {
            // Enough was typed.
        }
    }

    private void Look()
    {
        lock (_waiting)
        {
            foreach (var (_, met) in _waiters.Where(waiter => waiter.Condition()).ToList())
            {
                met.TrySetResult();
            }

            _waiters.RemoveAll(waiter => waiter.Met.Task.IsCompleted);
        }
    }

    private static async Task ReadAgainAsync(WorkerAttachment attachment, CountedOutput kept)
    {
        await foreach (var happened in attachment.ReadAsync(Cancel))
        {
            kept.Take(happened);
            if (kept.HasEnded)
            {
                return;
            }
        }
    }
}
