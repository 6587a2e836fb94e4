using System.Threading.Channels;
using Atelier.Protocol.HostLink;
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
    private Task? _saying;
    private CancellationTokenSource? _sayingStops;

    public void Start() => _running = Task.Run(RunAsync, CancellationToken.None);

    public void Wake() => _wake.Writer.TryWrite(true);

    public async ValueTask DisposeAsync()
    {
        await _disposing.CancelAsync();
        await _running;
        await StopSayingAsync();
        _disposing.Dispose();
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
            catch (HostOfflineException)
            {
                await WaitAsync(ways, s_tryAgain);
            }
            catch (Exception away) when (DatabaseAway.Is(away) || away is AgentChangedElsewhereException)
            {
                LogWaits(around.Logger, owner.Current.Id.Value, away.Message);
                await WaitAsync(ways, s_tryAgain);
            }
            catch (OperationCanceledException) when (_disposing.IsCancellationRequested)
            {
                return;
            }
            catch (Exception broken) when (broken is not OperationCanceledException)
            {
                // A step that breaks must not end the agent: the next look may find things otherwise.
                LogBroke(around.Logger, owner.Current.Id.Value, broken);
                await WaitAsync(ways, s_tryAgain * 10);
            }
        }
    }

    /// <summary>Does one step; says whether there may be another.</summary>
    private async Task<bool> StepAsync()
    {
        await KeepContactAsync();
        await TakeTimeAsync();
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
                await PromptAsync(prompt);
                return true;
            case AgentStep.Wait or AgentStep.EndProcess:
                return await SayAsync();
            case var command:
                await owner.ChangeAsync(change => AgentCommands.Say(change, command), otherwise: false, _disposing.Token);
                return true;
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
            await ChangeAsync(change => AgentNotices.Take(change, instance.Epoch, new AgentNotice.Ended(ExitCode: null, Signal: null, LastWords: null), () => default));
            return false;
        }
    }

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

        await ChangeAsync(change => AgentContact.EndIdle(change, around.Options.IdleAfter));
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
            _endAsked = instance.Epoch;
        }
        catch (HostRefusedException gone) when (gone.Code == "not-found")
        {
            // Its session was deleted, and with it every process.
            await ChangeAsync(change => AgentNotices.Take(change, instance.Epoch, new AgentNotice.Ended(ExitCode: null, Signal: null, LastWords: null), () => default));
        }
    }

    private async Task PromptAsync(AgentStep.Prompt prompt)
    {
        var agent = owner.Current;
        var history = agent.Threads.Find(thread => thread.Id == prompt.Thread) is { NeedsHistory: true, WorkSessionId: var workSession }
            ? await around.History.TextAsync(agent, workSession, before: prompt.Turn, _disposing.Token)
            : null;
        await owner.ChangeAsync(change => AgentCommands.SayPrompt(change, prompt, history), otherwise: false, _disposing.Token);
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

        if (_saying is not null || owner.Unsaid is not [var next, ..] || !ReferenceEquals(around.Host.WayTo(owner.Current), _followed) || _followed is null)
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
        catch (HostRefusedException refused)
        {
            LogNotSaid(around.Logger, owner.Current.Id.Value, command.Sequence, refused.Message);
            await ChangeAsync(change => AgentNotices.NotTaken(change, command, refused.Message));
            throw;
        }
        finally
        {
            Wake();
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
        try
        {
            await saying;
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or HostOfflineException or HostRefusedException || DatabaseAway.Is(stopped))
        {
            // It is said again under the same number.
        }
    }

    private Task<bool> ChangeAsync(Action<AgentChange> decide) => owner.ChangeAsync(
        change =>
        {
            decide(change);
            return true;
        },
        otherwise: false,
        _disposing.Token);

    private TimeSpan? NextLook()
    {
        var now = around.Clock.GetUtcNow();
        var idle = owner.Current.Instance is { HasProcess: true, IsUnwanted: false } instance ? (instance.LastActivityAt ?? instance.CreatedAt) + around.Options.IdleAfter : (DateTimeOffset?)null;
        var due = new[] { StaleRule.NotBefore(owner.Current, around.Options.StaleAfter), idle }.Min();
        return due is { } at ? TimeSpan.FromTicks(Math.Max((at - now).Ticks, TimeSpan.TicksPerSecond)) : null;
    }

    private async Task WaitAsync(Task ways, TimeSpan? limit)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_disposing.Token);
        try
        {
            var woken = _wake.Reader.WaitToReadAsync(stop.Token).AsTask();
            var late = Task.Delay(limit ?? Timeout.InfiniteTimeSpan, around.Clock, stop.Token);
            await Task.WhenAny(woken, ways, late);
            _wake.Reader.TryRead(out _);
        }
        finally
        {
            await stop.CancelAsync();
        }
    }
}
