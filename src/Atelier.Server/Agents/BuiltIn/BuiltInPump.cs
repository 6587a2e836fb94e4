using System.Threading.Channels;
using Atelier.Server.Infrastructure.Database;

namespace Atelier.Server.Agents.BuiltIn;

/// <summary>Sees to it that an agent's built-in threads go on: what can be decided at once is, what is needed from outside is fetched, several things beside each other.</summary>
/// <remarks>It remembers nothing that matters: whatever it was doing when it was killed, the plan says again.</remarks>
internal sealed partial class BuiltInPump(AgentOwner owner, AgentSurroundings around) : IAsyncDisposable
{
    private static readonly TimeSpan s_tryAgain = TimeSpan.FromMilliseconds(500);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _disposing = new();
    private readonly Dictionary<StepId, Doing> _doing = [];

    /// <summary>Attempts of turns that everything before them was done for.</summary>
    private readonly HashSet<string> _prepared = new(StringComparer.Ordinal);

    private volatile Task _pause = Task.CompletedTask;
    private Task _running = Task.CompletedTask;

    public void Start() => _running = Task.Run(RunAsync, CancellationToken.None);

    /// <summary>Looks again at what is to be done.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    public async ValueTask DisposeAsync()
    {
        await _disposing.CancelAsync();
        await _running;
        await Task.WhenAll(_doing.Values.Select(doing => doing.Task));
        foreach (var doing in _doing.Values)
        {
            doing.Stop.Dispose();
        }
    }

    private async Task RunAsync()
    {
        while (!_disposing.IsCancellationRequested)
        {
            try
            {
                if (!owner.Current.BuiltIn.IsEmpty)
                {
                    await PrepareAsync();
                    await owner.ChangeAsync(
                        change => BuiltInRules.Advance(change, around.BuiltIn.Options, turn => _prepared.Contains(turn.RequestId), NewStep), otherwise: false, _disposing.Token);
                    Look();
                }

                await WaitAsync();
            }
            catch (OperationCanceledException) when (_disposing.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failed)
            {
                if (!DatabaseAway.Is(failed) && failed is not AgentChangedElsewhereException)
                {
                    LogBroke(around.Logger, owner.Current.Id.Value, failed);
                }

                await Task.Delay(s_tryAgain, around.Clock, _disposing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Tells of turns that are about to begin, before they do.</summary>
    private async Task PrepareAsync()
    {
        await owner.SettleAsync(_disposing.Token);
        foreach (var thread in owner.Current.BuiltIn)
        {
            if (BuiltInRules.Next(owner.Current, thread) is { } turn && !_prepared.Contains(turn.RequestId))
            {
                foreach (var observer in owner.Current.Place?.Path is null ? [] : around.Observers)
                {
                    await observer.BeforePromptAsync(owner.Current, turn, _disposing.Token);
                }

                _prepared.Add(turn.RequestId);
            }
        }
    }

    /// <summary>Begins what is planned and not being done yet, and stops what is not planned any more.</summary>
    private void Look()
    {
        var planned = BuiltInPlan.Of(owner.Current).ToDictionary(errand => errand.Step);
        foreach (var (step, doing) in _doing)
        {
            if (doing.Task.IsCompleted)
            {
                _doing.Remove(step);
                doing.Stop.Dispose();
            }
            else if (!planned.ContainsKey(step))
            {
                doing.Stop.Cancel();
            }
        }

        if (!_pause.IsCompleted)
        {
            return;
        }

        foreach (var errand in planned.Values.Where(errand => !_doing.ContainsKey(errand.Step)))
        {
            var stop = CancellationTokenSource.CreateLinkedTokenSource(_disposing.Token);
            var task = Task.Run(() => DoAsync(errand, stop.Token), CancellationToken.None);
            _doing[errand.Step] = new Doing(stop, task);
            _ = task.ContinueWith(_ => Wake(), TaskScheduler.Default);
        }
    }

    private async Task DoAsync(BuiltInErrand errand, CancellationToken cancellationToken)
    {
        try
        {
            if (errand is BuiltInErrand.LookUp)
            {
                var told = await around.BuiltIn.Contexts.TellAsync(owner.Current, errand.WorkSession, cancellationToken);
                await owner.ChangeAsync(
                    change =>
                    {
                        AnswerRules.LookedUp(change, errand.WorkSession, errand.Step, told);
                        return true;
                    },
                    otherwise: false,
                    cancellationToken);
            }
            else
            {
                await new ModelAsking(owner, around).RunAsync(errand, cancellationToken);
            }
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // Nobody wants it any more, or it is planned again by whoever comes after us.
        }
        catch (Exception failed)
        {
            if (!DatabaseAway.Is(failed) && failed is not (AgentChangedElsewhereException or ObjectDisposedException))
            {
                LogBroke(around.Logger, owner.Current.Id.Value, failed);
            }

            _pause = Task.Delay(s_tryAgain, around.Clock, CancellationToken.None).ContinueWith(_ => Wake(), TaskScheduler.Default);
        }
    }

    /// <summary>Waits until there may be something to do.</summary>
    private async Task WaitAsync()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_disposing.Token);
        var limit = ToolRules.DueAt(owner.Current) is { } due ? TimeSpan.FromTicks(Math.Max((due - around.Clock.GetUtcNow()).Ticks, TimeSpan.TicksPerMillisecond)) : Timeout.InfiniteTimeSpan;
        await Task.WhenAny(_wake.Reader.WaitToReadAsync(stop.Token).AsTask(), Task.Delay(limit, around.Clock, stop.Token));
        await stop.CancelAsync();
        _disposing.Token.ThrowIfCancellationRequested();
        _wake.Reader.TryRead(out _);
    }

    private StepId NewStep() => StepId.New(around.Clock);

    [LoggerMessage(LogLevel.Error, "The built-in agent of agent {Agent} broke, and goes on in a moment")]
    private static partial void LogBroke(ILogger logger, string agent, Exception broken);

    private sealed record Doing(CancellationTokenSource Stop, Task Task);
}
