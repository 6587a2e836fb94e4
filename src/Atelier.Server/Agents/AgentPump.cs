using System.Threading.Channels;
using Atelier.Protocol.HostLink;
using Atelier.Server.Agents.Effects;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Hosts;
using Atelier.Server.Infrastructure.Database;

namespace Atelier.Server.Agents;

/// <summary>Does what an agent's plan says, one step after the other, and says what is to be said, in order. The only sender there is.</summary>
/// <remarks>It remembers nothing that matters: whatever it was doing when it was killed, the plan says again, and doing it twice changes nothing.</remarks>
internal sealed partial class AgentPump(AgentOwner owner, AgentSurroundings around) : IAsyncDisposable
{
    private static readonly TimeSpan s_tryAgain = TimeSpan.FromMilliseconds(500);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _disposing = new();
    private Task _running = Task.CompletedTask;
    private object? _followed;
    private int _endAsked;
    private EffectPump? _effects;
    private Task? _saying;
    private CancellationTokenSource? _sayingStops;

    public void Start() => _running = Task.Run(RunAsync, CancellationToken.None);

    /// <summary>Looks again at what is to be done.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    public async ValueTask DisposeAsync()
    {
        await _disposing.CancelAsync();
        await _running;
        await StopSayingAsync();
        await (_effects?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private async Task RunAsync()
    {
        while (!_disposing.IsCancellationRequested)
        {
            var ways = around.Host.WaysChanged;
            try
            {
                while (await StepAsync())
                {
                }

                await WaitAsync(ways, NextLook());
            }
            catch (OperationCanceledException) when (_disposing.IsCancellationRequested)
            {
                return;
            }
            catch (ObjectDisposedException)
            {
                return; // its owner has let go of the agent
            }
            catch (HostOfflineException)
            {
                await PauseAsync(ways, s_tryAgain);
            }
            catch (Exception away) when (DatabaseAway.Is(away) || away is AgentChangedElsewhereException)
            {
                LogWaits(around.Logger, owner.Current.Id.Value, away.Message);
                await PauseAsync(ways, s_tryAgain);
            }
            catch (Exception broken)
            {
                // A step that breaks must not end the agent: the next look may find things otherwise.
                LogBroke(around.Logger, owner.Current.Id.Value, broken);
                await PauseAsync(ways, s_tryAgain * 10);
            }
        }
    }

    /// <summary>Does one step; says whether there may be another.</summary>
    private async Task<bool> StepAsync()
    {
        await owner.SettleAsync(_disposing.Token);
        await KeepContactAsync();
        await TakeTimeAsync();
        TellOfEnds();
        (_effects ??= new EffectPump(owner, around, Wake)).Look(canReach: around.Host.WayTo(owner.Current) is not null);
        switch (AgentPlan.Next(owner.Current))
        {
            case AgentStep.MakePlace:
                await MakePlaceAsync();
                return true;
            case AgentStep.BeginProcess:
                await owner.ChangeAsync(
                    change =>
                    {
                        if (AgentPlan.Next(change.Agent) is AgentStep.BeginProcess && change.Agent.Instance is { } instance)
                        {
                            change.Become(change.Agent with { Instance = instance.Starting(change.Now) });
                        }

                        return true;
                    },
                    otherwise: false,
                    _disposing.Token);
                return true;
            case AgentStep.StartProcess:
                await StartProcessAsync();
                return true;
            case AgentStep.EndProcess when owner.Current.Instance is { } instance:
                if (_endAsked == instance.Epoch)
                {
                    return false; // its end comes with what it said last
                }

                await StopSayingAsync();
                await EndProcessAsync(instance);
                return true;
            case AgentStep.Prompt prompt:
                return await PromptAsync(prompt);
            case AgentStep.Wait or AgentStep.EndProcess:
                return await SayAsync();
            case var command:
                return await owner.ChangeAsync(change => AgentCommands.Say(change, command), otherwise: false, _disposing.Token);
        }
    }

    private void TellOfEnds()
    {
        foreach (var turn in owner.Current.Turns.Where(turn => turn is { IsOver: true, DispatchedAt: not null }))
        {
            foreach (var observer in around.Observers)
            {
                observer.AfterTurn(owner.Current, turn);
            }
        }
    }

    private async Task KeepContactAsync()
    {
        var agent = owner.Current;
        if (agent.Instance is not { HasProcess: true, IsStarted: true } instance)
        {
            _followed = null;
            return;
        }

        var way = around.Host.WayTo(agent);
        if (way is null)
        {
            _followed = null;
            await StopSayingAsync();
            if (instance.DisconnectedAt is null)
            {
                await ChangeAsync(AgentContact.Lost);
            }
        }
        else if (!ReferenceEquals(way, _followed))
        {
            await StopSayingAsync();
            _followed = null;
            if (!await FollowAsync(agent, instance))
            {
                return;
            }

            _followed = way;
            LogFollowed(around.Logger, agent.Id.Value, instance.Id.Value, instance.LogOffset, owner.Unsaid.Count, agent.Turns.Count(turn => turn.IsInFlight));
            AgentMetrics.Restored.Add(1);
            await ChangeAsync(AgentContact.Reached);
        }
    }

    /// <summary>Follows the instance; one that its host knows nothing of any more is gone without a word.</summary>
    private async Task<bool> FollowAsync(Agent agent, AgentInstance instance)
    {
        try
        {
            await around.Host.FollowAsync(agent, _disposing.Token);
            return true;
        }
        catch (HostRefusedException gone) when (gone.Code == "not-found")
        {
            await GoneAsync(instance);
            return false;
        }
        catch (Exception failed) when (failed is HostOfflineException or HostRefusedException)
        {
            // The way is there and leads nowhere: that counts as being away, also for time.
            await ChangeAsync(AgentContact.Lost);
            await TakeTimeAsync();
            throw;
        }
    }

    /// <summary>The process is gone, and nobody is left who could say how.</summary>
    private Task<bool> GoneAsync(AgentInstance instance) =>
        ChangeAsync(change => AgentNotices.Take(change, instance.Epoch, new AgentNotice.Ended(ExitCode: null, Signal: null, LastWords: null), () => default));

    private async Task TakeTimeAsync()
    {
        if (StaleRule.NotBefore(owner.Current, around.Options.StaleAfter) is { } due && due <= around.Clock.GetUtcNow())
        {
            var stale = await owner.ChangeAsync(
                change => AgentContact.FailStale(change, around.Options.StaleAfter), otherwise: [], _disposing.Token);
            foreach (var (turn, reason) in stale)
            {
                LogStale(around.Logger, turn.Value, owner.Current.Id.Value, reason);
                AgentMetrics.Stale.Add(1);
            }
        }

        if (AgentContact.IdleFrom(owner.Current) + around.Options.IdleAfter is { } idle && idle < around.Clock.GetUtcNow())
        {
            await ChangeAsync(change => AgentContact.EndIdle(change, around.Options.IdleAfter));
        }

        if (StandingRules.DueAt(owner.Current) is { } standing && standing <= around.Clock.GetUtcNow())
        {
            await ChangeAsync(StandingRules.TakeTime);
        }

        if (ForgetsAt() is { } forgets && forgets <= around.Clock.GetUtcNow())
        {
            await ChangeAsync(change => EffectRules.Forget(change, around.Options.KeepTerminalsFor, around.Options.MaxKeptTerminals));
        }
    }

    private async Task MakePlaceAsync()
    {
        try
        {
            var path = await around.Places.MakeAsync(owner.Current, _disposing.Token);
            await ChangeAsync(change =>
            {
                if (change.Agent is { Place: { } place, Status: AgentStatus.Preparing })
                {
                    change.Become(change.Agent with { Place = place with { Path = path }, Status = AgentStatus.Active });
                }
            });
        }
        catch (HostRefusedException refused)
        {
            await ChangeAsync(change => AgentCommands.PlaceRefused(change, refused.Message));
        }
    }

    private async Task StartProcessAsync()
    {
        try
        {
            var epoch = await around.Host.StartAsync(owner.Current, _disposing.Token);
            await ChangeAsync(change =>
            {
                if (change.Agent.Instance is { HasProcess: true, IsStarted: false } instance)
                {
                    change.Become(change.Agent with { Instance = instance with { Epoch = epoch, IsStarted = true } });
                }
            });
            _followed = null;
        }
        catch (HostRefusedException refused)
        {
            await ChangeAsync(change => AgentNotices.NotStarted(change, refused.Message));
        }
    }

    private async Task EndProcessAsync(AgentInstance instance)
    {
        try
        {
            await around.Host.EndAsync(owner.Current, _disposing.Token);
            if (instance.IsStarted)
            {
                _endAsked = instance.Epoch;
            }
            else
            {
                await GoneAsync(instance); // whether it was started or not, nobody has spoken with it
            }
        }
        catch (HostRefusedException gone) when (gone.Code == "not-found")
        {
            await GoneAsync(instance); // its session was deleted, and with it every process
        }
    }

    private async Task<bool> PromptAsync(AgentStep.Prompt prompt)
    {
        if (owner.Current.Find(prompt.Turn) is { } turn)
        {
            foreach (var observer in around.Observers)
            {
                await observer.BeforePromptAsync(owner.Current, turn, _disposing.Token);
            }
        }

        var agent = owner.Current;
        var history = agent.Threads.Find(thread => thread.Id == prompt.Thread) is { WorkSessionId: var workSession } thread && (thread.NeedsHistory || thread.ProgramThreadId is null)
            ? await around.History.TextAsync(agent, workSession, before: prompt.Turn, _disposing.Token)
            : null;
        return await owner.ChangeAsync(change => AgentCommands.SayPrompt(change, prompt, history), otherwise: false, _disposing.Token);
    }

    /// <summary>Says the next thing to the process while the rest goes on; one at a time, so that they arrive in order.</summary>
    private async Task<bool> SayAsync()
    {
        if (_saying is { IsCompleted: true } said)
        {
            _saying = null;
            await said;
            return true;
        }

        if (_saying is not null || owner.Unsaid is not [var next, ..] || _followed is null || !ReferenceEquals(around.Host.WayTo(owner.Current), _followed))
        {
            return false;
        }

        _sayingStops?.Dispose();
        _sayingStops = CancellationTokenSource.CreateLinkedTokenSource(_disposing.Token);
        _saying = SayAsync(next, _sayingStops.Token);
        return false;
    }

    private async Task SayAsync(NumberedCommand command, CancellationToken cancellationToken)
    {
        try
        {
            await around.Host.SayAsync(owner.Current, command, cancellationToken);
            await owner.SaidAsync(command);
        }
        catch (HostRefusedException refused) when (refused.Code is "epoch-ended" or "not-found")
        {
            LogNotSaid(around.Logger, owner.Current.Id.Value, command.Sequence, refused.Message);
            await owner.SaidAsync(command); // its end is on its way, and settles what this was for
        }
        catch (HostRefusedException busy) when (busy.Code == "busy")
        {
            throw new HostOfflineException(busy.Message); // it is said again a little later
        }
        catch (HostRefusedException refused)
        {
            LogNotSaid(around.Logger, owner.Current.Id.Value, command.Sequence, refused.Message);
            await ChangeAsync(change => AgentNotices.NotTaken(change, command, refused.Message));
        }
    }

    private async Task StopSayingAsync()
    {
        if (_saying is not { } saying)
        {
            return;
        }

        await (_sayingStops?.CancelAsync() ?? Task.CompletedTask);
        _saying = null;
        await saying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // however it ended: it is said again under the same number
    }

    private Task<bool> ChangeAsync(Action<AgentChange> decide) => owner.ChangeAsync(
        change =>
        {
            decide(change);
            return true;
        },
        otherwise: false,
        _disposing.Token);

    private DateTimeOffset? ForgetsAt() => EffectRules.ForgetsAt(owner.Current, around.Options.KeepTerminalsFor, around.Options.MaxKeptTerminals);

    private TimeSpan? NextLook()
    {
        var due = new[] { StaleRule.NotBefore(owner.Current, around.Options.StaleAfter), AgentContact.IdleFrom(owner.Current) + around.Options.IdleAfter, ForgetsAt(), StandingRules.DueAt(owner.Current) }.Min();
        return due is { } at ? TimeSpan.FromTicks(Math.Max((at - around.Clock.GetUtcNow()).Ticks, TimeSpan.TicksPerSecond)) : null;
    }

    /// <summary>Waits until there may be something to do.</summary>
    private async Task WaitAsync(Task ways, TimeSpan? limit)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_disposing.Token);
        var woken = _wake.Reader.WaitToReadAsync(stop.Token).AsTask();
        var late = Task.Delay(limit ?? Timeout.InfiniteTimeSpan, around.Clock, stop.Token);
        await Task.WhenAny(_saying is { } saying ? [woken, ways, late, saying] : [woken, ways, late]);
        await stop.CancelAsync();
        _wake.Reader.TryRead(out _);
    }

    /// <summary>Waits before something is tried again that went wrong; being woken is no reason to try sooner.</summary>
    private async Task PauseAsync(Task ways, TimeSpan time)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_disposing.Token);
        await Task.WhenAny(ways, Task.Delay(time, around.Clock, stop.Token));
        await stop.CancelAsync();
    }
}
