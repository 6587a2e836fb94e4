using Atelier.Protocol.HostLink;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Turns;

namespace Atelier.Server.Agents;

/// <summary>The one writer of an agent on this node: decides, stores, applies, tells; and sees to it that what the plan says is done. Changes take turns.</summary>
/// <remarks>
/// It can be dropped at any moment and made again from the rows. After a store that failed nobody knows which of the two the rows have, so they are read again
/// before anything else is decided.
/// </remarks>
internal sealed class AgentOwner : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly AgentSurroundings _around;
    private readonly AgentPump _pump;
    private StoredAgent _stored;
    private bool _isInDoubt;
    private bool _isGone;

    public AgentOwner(StoredAgent stored, AgentSurroundings around)
    {
        _stored = stored;
        _around = around;
        _pump = new AgentPump(this, around);
    }

    /// <summary>The agent as it was stored last.</summary>
    public Agent Current => _stored.Agent;

    /// <summary>Commands that the process has not taken, in their order.</summary>
    public IReadOnlyList<NumberedCommand> Unsaid => _stored.Unsaid;

    /// <summary>Begins to do what is to be done.</summary>
    public void Start() => _pump.Start();

    /// <summary>Looks again at what is to be done.</summary>
    public void Wake() => _pump.Wake();

    /// <summary>Decides something about the agent, and stores what it comes to.</summary>
    /// <param name="decide">Writes into the change; pure.</param>
    /// <param name="otherwise">The reply when the agent is gone.</param>
    /// <param name="cancellationToken">Gives up waiting for a turn.</param>
    public async Task<TReply> ChangeAsync<TReply>(Func<AgentChange, TReply> decide, TReply otherwise, CancellationToken cancellationToken)
    {
        var (reply, isChanged) = await InTurnAsync(
            async () =>
            {
                var change = new AgentChange(_stored.Agent, _around.Clock.GetUtcNow());
                var decided = decide(change);
                await StoreAsync(change);
                return (decided, !change.IsEmpty);
            },
            (otherwise, false),
            cancellationToken);
        if (isChanged)
        {
            _pump.Wake();
        }

        return reply;
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

    /// <summary>A position after all others.</summary>
    public long NextPosition => Math.Max(_stored.LastPosition, _stored.Agent.Turns.Select(turn => turn.Position).DefaultIfEmpty().Max()) + TurnSpacing;

    /// <summary>Turns are this far apart, so that others fit between them.</summary>
    public const long TurnSpacing = 1024;

    /// <summary>Takes what the program said over into events and rows, if it is the next; gives how far all is stored.</summary>
    public Task<AgentCursor> TakeBatchAsync(AgentBatch batch, CancellationToken cancellationToken) =>
        ChangeAsync(
            change =>
            {
                if (change.Agent.Instance is not { } instance || instance.WorkerId != batch.WorkerId)
                {
                    return new AgentCursor(batch.ToOffset); // nobody wants it any more
                }

                if (instance.LogOffset != batch.FromOffset)
                {
                    return new AgentCursor(instance.LogOffset);
                }

                foreach (var notice in batch.Notices)
                {
                    AgentNotices.Take(change, batch.Epoch, notice, () => RequestId.New(_around.Clock));
                }

                AgentBatches.Close(change, batch.ToOffset);
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
                _stored = _stored with { Unsaid = [.. _stored.Unsaid.Where(one => one != command)] };
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
            _isGone = true;
            return true;
        },
        otherwise: false,
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _pump.DisposeAsync();
        await _turn.WaitAsync();
        _isGone = true;
        _turn.Release();
    }

    private async Task StoreAsync(AgentChange change)
    {
        if (change.IsEmpty)
        {
            return;
        }

        var events = change.Events.Select((draft, index) => new AgentEvent(_stored.LastSeq + index + 1, change.Now, draft)).ToList();
        _isInDoubt = true;
        await _around.Store.SaveAsync(change, _stored.LastSeq, events, CancellationToken.None);
        _isInDoubt = false;
        var epoch = change.Agent.Instance is { HasProcess: true } instance ? instance.Epoch : 0;
        _stored = new StoredAgent(
            Trimmed(change.Agent),
            _stored.LastSeq + events.Count,
            Math.Max(_stored.LastPosition, change.Agent.Turns.Select(turn => turn.Position).DefaultIfEmpty().Max()),
            [.. _stored.Unsaid.Concat(change.Commands).Where(command => command.Epoch == epoch)]);
        _around.Feed.Publish(change.Agent.Id, events);
    }

    /// <summary>The agent without what is over and told; the rows have it.</summary>
    private static Agent Trimmed(Agent agent)
    {
        var last = agent.Turns.Where(turn => turn.IsOver).GroupBy(turn => turn.WorkSessionId).Select(turns => turns.MaxBy(turn => turn.FinishedAt)?.Id).ToHashSet();
        var turns = agent.Turns.RemoveAll(turn => turn.IsOver && !last.Contains(turn.Id));
        var requests = agent.Requests.RemoveAll(request => request.State != RequestState.Open && (request.Answer is null || request.IsAnswerSent || request.Epoch <= agent.Instance?.EndedEpoch));
        return turns == agent.Turns && requests == agent.Requests ? agent : agent with { Turns = turns, Requests = requests };
    }

    private async Task<T> InTurnAsync<T>(Func<Task<T>> act, T otherwise, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_isInDoubt && !_isGone)
            {
                if (await _around.Store.FindAsync(Current.Id, CancellationToken.None) is { } rows)
                {
                    _stored = rows;
                    _isInDoubt = false;
                }
                else
                {
                    _isGone = true;
                }
            }

            return _isGone ? otherwise : await act();
        }
        finally
        {
            _turn.Release();
        }
    }
}
