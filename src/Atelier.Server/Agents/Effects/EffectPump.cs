using Atelier.Server.Agents.Logins;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Hosts;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.Sessions.Workers;

namespace Atelier.Server.Agents.Effects;

/// <summary>Does what an agent's program wants done, several things beside each other, and stores what came of each.</summary>
/// <remarks>
/// It remembers nothing that matters: what was being done when the server was killed is planned again, and doing it twice changes nothing. What nobody wants any
/// more is stopped.
/// </remarks>
internal sealed partial class EffectPump(AgentOwner owner, AgentSurroundings around, Action wake) : IAsyncDisposable
{
    private const int MostAtOnce = 16;
    private const int MostWaits = 256;

    private static readonly TimeSpan s_tryAgain = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<string, Doing> _doing = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _disposing = new();
    private volatile Task _pause = Task.CompletedTask;

    /// <summary>Begins what is planned and not being done yet, and stops what is not planned any more.</summary>
    /// <param name="canReach">Whether there is a way to the host.</param>
    public void Look(bool canReach)
    {
        var planned = EffectPlan.Of(owner.Current);
        foreach (var (lane, doing) in _doing)
        {
            if (doing.Task.IsCompleted)
            {
                _doing.Remove(lane);
                doing.Stop.Dispose();
            }
            else if (!planned.Contains(doing.Effect))
            {
                doing.Stop.Cancel();
            }
        }

        if (!canReach || !_pause.IsCompleted)
        {
            return;
        }

        foreach (var effect in planned)
        {
            var isWait = effect is AgentEffect.Perform { IsWait: true } or AgentEffect.LogIn;
            if (!_doing.ContainsKey(effect.Lane) && _doing.Values.Count(one => one.IsWait == isWait) < (isWait ? MostWaits : MostAtOnce))
            {
                var stop = CancellationTokenSource.CreateLinkedTokenSource(_disposing.Token);
                var task = Task.Run(() => DoAsync(effect, stop.Token), CancellationToken.None);
                _doing[effect.Lane] = new Doing(effect, isWait, stop, task);
                _ = task.ContinueWith(_ => wake(), TaskScheduler.Default);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _disposing.CancelAsync();
        await Task.WhenAll(_doing.Values.Select(doing => doing.Task));
        foreach (var doing in _doing.Values)
        {
            doing.Stop.Dispose();
        }
    }

    private async Task DoAsync(AgentEffect effect, CancellationToken cancellationToken)
    {
        try
        {
            switch (effect)
            {
                case AgentEffect.Perform { Request: var id } when owner.Current.Requests.Find(one => one.Id == id) is { } request:
                    await PerformAsync(request, cancellationToken);
                    break;
                case AgentEffect.LogIn { Terminal: var terminal }:
                    await LogInAsync(terminal, cancellationToken);
                    break;
                case AgentEffect.EndTerminal { Terminal: var terminal }:
                    await TryAsync(around.Host.EndTerminalAsync(owner.Current, terminal, cancellationToken));
                    await ChangeAsync(change => EffectRules.TerminalEnded(change, terminal), cancellationToken);
                    break;
                case AgentEffect.RemoveTerminal { Terminal: var terminal }:
                    await TryAsync(around.Host.RemoveTerminalAsync(owner.Current, terminal, cancellationToken));
                    await ChangeAsync(change => EffectRules.TerminalRemoved(change, terminal), cancellationToken);
                    break;
            }
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // Nobody wants it any more, or it is planned again by whoever comes after us.
        }
        catch (Exception failed)
        {
            if (failed is not HostOfflineException && !DatabaseAway.Is(failed))
            {
                LogBroke(around.Logger, owner.Current.Id.Value, effect.Lane, failed);
            }

            _pause = Task.Delay(s_tryAgain, around.Clock, CancellationToken.None).ContinueWith(_ => wake(), TaskScheduler.Default);
        }
    }

    private async Task PerformAsync(AgentRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var reply = await around.Host.PerformAsync(owner.Current, request, await SeenAsync(request, cancellationToken), cancellationToken);
            await ChangeAsync(change => EffectRules.Performed(change, request.Id, reply), cancellationToken);
        }
        catch (HostRefusedException refused)
        {
            await ChangeAsync(change => EffectRules.Refused(change, request.Id, refused.Code, refused.Message), cancellationToken);
        }
        catch (Exception broken) when (!cancellationToken.IsCancellationRequested && broken is not (HostOfflineException or AgentChangedElsewhereException) && !DatabaseAway.Is(broken))
        {
            // It would break again: the program is told, and goes on.
            LogBroke(around.Logger, owner.Current.Id.Value, request.What, broken);
            await ChangeAsync(change => EffectRules.Refused(change, request.Id, "broke", "It broke here; the server's log says how."), cancellationToken);
        }
    }

    /// <summary>Hash of the text that whoever asks knows of the file that is to be written; null when that is none.</summary>
    private async Task<string?> SeenAsync(AgentRequest request, CancellationToken cancellationToken) =>
        request is not { What: AgentRequest.WriteFile, WorkSessionId: { } workSession } || EffectRules.TextIn(request, "path") is not { } path ? null
        : owner.Current.BuiltInOf(workSession) is { } builtIn ? builtIn.Seen.GetValueOrDefault(path)
        : owner.Current.ThreadOf(workSession) is { } thread ? await around.Store.SeenAsync(thread.Id, path, cancellationToken)
        : null;

    private async Task LogInAsync(WorkerId terminal, CancellationToken cancellationToken)
    {
        int? exitCode = null;
        string? problem = null;
        try
        {
            exitCode = await around.Host.LogInAsync(owner.Current, terminal, cancellationToken);
        }
        catch (HostRefusedException refused)
        {
            problem = refused.Message;
        }

        await ChangeAsync(change => LoginRules.TerminalEnded(change, terminal, exitCode, problem, () => RequestId.New(around.Clock)), cancellationToken);
    }

    /// <summary>A terminal that its host does not get rid of keeps nobody waiting; its tab is there for a person to try again.</summary>
    private async Task TryAsync(Task act)
    {
        try
        {
            await act;
        }
        catch (HostRefusedException refused)
        {
            LogNotEnded(around.Logger, owner.Current.Id.Value, refused.Message);
        }
    }

    private Task<bool> ChangeAsync(Action<AgentChange> decide, CancellationToken cancellationToken) => owner.ChangeAsync(
        change =>
        {
            decide(change);
            return true;
        },
        otherwise: false,
        cancellationToken);

    [LoggerMessage(LogLevel.Error, "Something that agent {Agent} wants done broke ({Lane})")]
    private static partial void LogBroke(ILogger logger, string agent, string lane, Exception broken);

    [LoggerMessage(LogLevel.Warning, "A terminal of agent {Agent} could not be ended: {Reason}")]
    private static partial void LogNotEnded(ILogger logger, string agent, string reason);

    private sealed record Doing(AgentEffect Effect, bool IsWait, CancellationTokenSource Stop, Task Task);
}
