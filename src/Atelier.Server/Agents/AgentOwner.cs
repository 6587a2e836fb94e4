using Atelier.Protocol.HostLink;
using Atelier.Server.Agents.BuiltIn;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Infrastructure.Database;

namespace Atelier.Server.Agents;

/// <summary>The one writer of an agent on this node: decides, stores, applies, tells; and sees to it that what the plan says is done. Changes take turns.</summary>
/// <remarks>
/// It can be dropped at any moment and made again from the rows. After a store that failed nobody knows which of the two the rows have, so they are read again
/// before anything else is decided.
/// </remarks>
internal sealed class AgentOwner : IAsyncDisposable
{
    /// <summary>Turns are this far apart, so that others fit between them.</summary>
    public const long TurnSpacing = 1024;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _using = new();
    private readonly AgentSurroundings _around;
    private readonly AgentPump _pump;
    private readonly BuiltInPump _builtIn;
    private StoredAgent _stored;
    private bool _isInDoubt;
    private bool _isRemoved;
    private DateTimeOffset _lastUsed;
    private bool _isDropped;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public AgentOwner(StoredAgent stored, AgentSurroundings around)
    {
        _stored = stored;
        _around = around;
        _lastUsed = around.Clock.GetUtcNow();
        _pump = new AgentPump(this, around);
        _builtIn = new BuiltInPump(this, around);
    }

    /// <summary>The agent as it was stored last.</summary>
    public Agent Current => _stored.Agent;

    /// <summary>Commands that the process has not taken, in their order.</summary>
    public IReadOnlyList<NumberedCommand> Unsaid => _stored.Unsaid;

    /// <summary>A position after all others.</summary>
    private long NextPosition => Math.Max(_stored.LastPosition, LastPositionIn(_stored.Agent)) + TurnSpacing;

    /// <summary>Begins to do what is to be done.</summary>
    public void Start()
    {
        _pump.Start();
        _builtIn.Start();
    }

    /// <summary>Decides something about the agent, and stores what it comes to.</summary>
    /// <param name="decide">Writes into the change; pure.</param>
    /// <param name="otherwise">The reply when the agent is gone.</param>
    /// <param name="cancellationToken">Gives up waiting for a turn.</param>
    public Task<TReply> ChangeAsync<TReply>(Func<AgentChange, TReply> decide, TReply otherwise, CancellationToken cancellationToken) =>
        InTurnAsync(() => DecideAsync(_stored.Agent, decide), otherwise, cancellationToken);

    /// <summary>The same, given a position after all turns.</summary>
    public Task<TReply> ChangeAsync<TReply>(Func<AgentChange, long, TReply> decide, TReply otherwise, CancellationToken cancellationToken) =>
        InTurnAsync(() => DecideAsync(_stored.Agent, change => decide(change, NextPosition)), otherwise, cancellationToken);

    /// <summary>Sees to it that memory is what the rows are, should that be in doubt.</summary>
    public Task<bool> SettleAsync(CancellationToken cancellationToken) => InTurnAsync(() => Task.FromResult(true), otherwise: false, cancellationToken);

    /// <summary>Waits until the agent is as it should be; false when that takes too long, or the agent is gone.</summary>
    public async Task<bool> UntilAsync(Func<Agent, bool> isSo, TimeSpan limit, CancellationToken cancellationToken)
    {
        var late = Task.Delay(limit, _around.Clock, cancellationToken);
        while (true)
        {
            var changed = Volatile.Read(ref _changed).Task; // before it is looked at, so that nothing is missed between
            if (_isRemoved || _isDropped || isSo(Current))
            {
                return !_isRemoved && !_isDropped;
            }

            if (await Task.WhenAny(changed, late) == late)
            {
                cancellationToken.ThrowIfCancellationRequested();
                return false;
            }
        }
    }

    /// <summary>A turn of a person; it is told apart by the client's name for it, so that asking twice is asking once.</summary>
    public Task<(TurnReply Reply, Turn? Turn)> AskAsync(Func<long, Turn> newTurn, bool interrupts, CancellationToken cancellationToken) =>
        ChangeAsync<(TurnReply, Turn?)>(
            change =>
            {
                var turn = newTurn(NextPosition);
                return TurnQueue.Add(change, turn, interrupts, _around.Options.MaxQueuedTurns) is var reply and not TurnReply.Changed
                    ? (reply, null)
                    : (TurnReply.Changed, change.Agent.Find(turn.Id));
            },
            (TurnReply.NotFound, null),
            cancellationToken);

    /// <summary>Decides something about a turn, also about one that has long been over and is not in memory.</summary>
    /// <param name="id">Which.</param>
    /// <param name="decide">Writes into the change; is given a position after all others.</param>
    /// <param name="cancellationToken">Gives up waiting for a turn.</param>
    /// <returns>What became of the wish, and the turn as it is then; null when there is none.</returns>
    public Task<(TurnReply Reply, Turn? Turn)> ChangeTurnAsync(TurnId id, Func<AgentChange, long, TurnReply> decide, CancellationToken cancellationToken) =>
        InTurnAsync<(TurnReply, Turn?)>(
            async () => (Current.Find(id) ?? await _around.Store.TurnAsync(Current.Id, id, cancellationToken)) is not { } turn
                ? (TurnReply.NotFound, null)
                : await DecideAsync(Current.With(turn), change => (decide(change, NextPosition), change.Agent.Find(id))),
            (TurnReply.NotFound, null),
            cancellationToken);

    /// <summary>Takes what the program said over into events and rows, if it is the next; gives how far all is stored.</summary>
    public Task<AgentCursor> TakeBatchAsync(AgentBatch batch, CancellationToken cancellationToken) =>
        InTurnAsync(
            async () =>
            {
                if (Current.Instance is not { } instance || instance.WorkerId != batch.WorkerId)
                {
                    return new AgentCursor(batch.ToOffset); // nobody wants it any more
                }

                if (AgentBatches.After(batch, instance.LogOffset) is not { } next)
                {
                    return new AgentCursor(instance.LogOffset);
                }

                try
                {
                    await DecideAsync(Current, change => AgentBatches.Take(change, next, NewRequest));
                }
                catch (Exception unkept) when (MayBeOfOneNotice(unkept))
                {
                    AgentPump.LogUnkept(_around.Logger, Current.Id.Value, batch.FromOffset, unkept);
                    var kept = await KeptAsync(next);
                    await DecideAsync(Current, change => AgentBatches.Take(change, kept, NewRequest));
                }

                return new AgentCursor(batch.ToOffset);
            },
            new AgentCursor(batch.ToOffset),
            cancellationToken);

    /// <summary>The process has taken a command.</summary>
    public Task SaidAsync(NumberedCommand command) => InTurnAsync(
        async () =>
        {
            if (Current.Instance is { } instance)
            {
                await _around.Store.SaidAsync(instance.Id, command, CancellationToken.None);
                _stored = _stored with { Unsaid = [.. _stored.Unsaid.Where(one => (one.Epoch, one.Sequence) != (command.Epoch, command.Sequence))] };
            }

            return true;
        },
        otherwise: false,
        CancellationToken.None);

    /// <summary>Forgets the agent's rows.</summary>
    public Task<bool> RemoveAsync(CancellationToken cancellationToken) => InTurnAsync(
        async () =>
        {
            await _around.Store.RemoveAsync(Current.Id, cancellationToken);
            _isRemoved = true;
            _around.Feed.End(Current.Id);
            return true;
        },
        otherwise: false,
        cancellationToken);

    /// <summary>Says that somebody is about to ask this owner for something; false when it has let go of the agent, and another is to be made.</summary>
    public bool TryUse()
    {
        lock (_using)
        {
            _lastUsed = _around.Clock.GetUtcNow();
            return !_isDropped;
        }
    }

    /// <summary>Lets go of the agent if nobody has asked for anything for a while and nothing is to be done; says whether it has.</summary>
    public async Task<bool> TryLetGoAsync(DateTimeOffset unusedSince, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            lock (_using)
            {
                if (_isDropped || _isInDoubt || _lastUsed > unusedSince || _stored.Unsaid.Count > 0 || AgentPlan.Next(Current) is not AgentStep.Wait)
                {
                    return false;
                }

                return _isDropped = true;
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Lets go of the agent: whoever asks this owner for something from then on is refused, so that nothing is taken for stored that is not.</summary>
    public async ValueTask DisposeAsync()
    {
        await _pump.DisposeAsync();
        await _builtIn.DisposeAsync();
        await _turn.WaitAsync();
        _isDropped = true;
        Tell();
        _turn.Release();
    }

    private void Wake()
    {
        _pump.Wake();
        _builtIn.Wake();
    }

    private static long LastPositionIn(Agent agent) => agent.Turns.Select(turn => turn.Position).DefaultIfEmpty().Max();

    /// <summary>The time as rows have it, in whole microseconds, so that memory is what is read from them.</summary>
    private DateTimeOffset Now()
    {
        var now = _around.Clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    private RequestId NewRequest() => RequestId.New(_around.Clock);

    /// <summary>The batch with every notice that cannot be stored replaced by one that says so: one of them must not keep all others back for ever.</summary>
    private async Task<AgentBatch> KeptAsync(AgentBatch batch)
    {
        var kept = new List<AgentNotice>();
        foreach (var notice in batch.Notices)
        {
            try
            {
                var change = new AgentChange(Current, Now());
                AgentBatches.Take(change, batch with { Notices = [.. kept, notice] }, NewRequest);
                await _around.Store.TryAsync(change, _stored, Numbered(change), CancellationToken.None);
                kept.Add(notice);
            }
            catch (Exception unkept) when (MayBeOfOneNotice(unkept))
            {
                kept.Add(AgentBatches.InPlaceOf(notice));
            }
        }

        return batch with { Notices = kept };
    }

    /// <summary>Whether it is not the database's state that is to blame, nor another owner, but what was to be stored.</summary>
    private static bool MayBeOfOneNotice(Exception problem) =>
        !DatabaseAway.Is(problem) && problem is not (AgentChangedElsewhereException or OperationCanceledException or ObjectDisposedException);

    private async Task<TReply> DecideAsync<TReply>(Agent agent, Func<AgentChange, TReply> decide)
    {
        var change = new AgentChange(agent, Now());
        var reply = decide(change);
        if (change.IsEmpty)
        {
            return reply;
        }

        await StandingRules.ApplyAsync(change, _around.Rules, _around.Options, NextPosition);

        var events = Numbered(change);
        _isInDoubt = true;
        await _around.Store.SaveAsync(change, _stored, events, CancellationToken.None);
        var epoch = change.Agent.Instance is { HasProcess: true } instance ? instance.Epoch : 0;
        _stored = new StoredAgent(
            change.Agent.Trimmed(),
            _stored.Revision + 1,
            _stored.LastSeq + events.Count,
            Math.Max(_stored.LastPosition, LastPositionIn(change.Agent)),
            [.. _stored.Unsaid.Concat(change.Commands).Where(command => command.Epoch == epoch && !change.Gone.Any(gone => (gone.Epoch, gone.Sequence) == (command.Epoch, command.Sequence)))]);
        _isInDoubt = false;
        _around.Feed.Publish(change.Agent.Id, events);
        Wake();
        return reply;
    }

    private List<AgentEvent> Numbered(AgentChange change) =>
        [.. change.Events.Select((draft, index) => new AgentEvent(_stored.LastSeq + index + 1, change.Now, draft))];

    private async Task<T> InTurnAsync<T>(Func<Task<T>> act, T otherwise, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(!TryUse(), this);
            if (_isInDoubt && !_isRemoved)
            {
                await ReadAgainAsync();
            }

            return _isRemoved ? otherwise : await act();
        }
        finally
        {
            Tell();
            if (_isInDoubt)
            {
                Wake(); // whoever looks reads the rows again, and does what they say
            }

            _turn.Release();
        }
    }

    /// <summary>Lets those look who wait for the agent to be otherwise.</summary>
    private void Tell() => Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    private async Task ReadAgainAsync()
    {
        if (await _around.Store.FindAsync(Current.Id, CancellationToken.None) is { } rows)
        {
            _stored = rows;
            _around.Feed.LookAgain(Current.Id); // what was stored in spite of all has been told to nobody
        }
        else
        {
            _isRemoved = true;
            _around.Feed.End(Current.Id);
        }

        _isInDoubt = false;
    }
}
