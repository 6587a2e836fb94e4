using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Atelier.Protocol.Acp;
using Atelier.Protocol.JsonRpc;
using Atelier.Server.Agents.Events;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Infrastructure.Database;

namespace Atelier.Server.Agents.Editors;

/// <summary>One conversation on one connection: tells what happens there, in the order of the agent's events, and asks the editor what the program asks.</summary>
/// <remarks>
/// It holds a position in the events and nothing that matters: the turn goes on without it. Each update carries the number of its event and its place among the
/// updates of that event, so that a client that comes back says how far it was.
/// </remarks>
internal sealed class EditorSession(EditorConnection connection, EditorWatching around, WorkSessionId id) : IAsyncDisposable
{
    private static readonly TimeSpan s_again = TimeSpan.FromMilliseconds(500);

    private readonly EditorQuestions _questions = new(connection, around, id);
    private readonly List<(long Seq, TaskCompletionSource Reached)> _catching = [];
    private readonly SemaphoreSlim _opening = new(1, 1);
    private CancellationTokenSource _stops = new();
    private Task _watching = Task.CompletedTask;
    private EditorUpdates _updates = new(isWhole: true);
    private long _position;

    public WorkSessionId Id { get; } = id;

    /// <summary>Prompts of this connection that are not answered.</summary>
    public EditorWaits Waits { get; } = new();

    /// <summary>The agent; null while there is none.</summary>
    public AgentOwner? Owner { get; private set; }

    /// <summary>Number of the last event that was told or had nothing to tell.</summary>
    public long Position => Interlocked.Read(ref _position);

    /// <summary>Begins to tell, from an event on; returns when everything that has been is told.</summary>
    /// <param name="owner">The agent's owner.</param>
    /// <param name="after">Number of the event after which it is told; null for what comes from now on.</param>
    /// <param name="isWhole">Whether it is told to somebody who knows nothing of it, and so with what this client asked itself.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task OpenAsync(AgentOwner owner, long? after, bool isWhole, CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            await StopAsync();
            await BeginAsync(owner, after, isWhole, cancellationToken);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>The agent has been made: begins to tell from its first event on, unless somebody else has begun already.</summary>
    public async Task OpenNewAsync(AgentOwner owner, CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            if (Owner is null)
            {
                await BeginAsync(owner, after: 0, isWhole: false, cancellationToken);
            }
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Returns when everything up to an event has been told.</summary>
    public async Task ToldAsync(long seq, CancellationToken cancellationToken)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_catching)
        {
            if (_position >= seq)
            {
                return;
            }

            _catching.Add((seq, reached));
        }

        await reached.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Who watches may do something else from now on, or the editor can be asked: looks at what is open.</summary>
    public async Task LookAsync()
    {
        if (Owner is { } owner)
        {
            await _questions.LookAsync(owner);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stops.Dispose();
        _questions.Dispose();
    }

    private async Task BeginAsync(AgentOwner owner, long? after, bool isWhole, CancellationToken cancellationToken)
    {
        Owner = owner;
        _stops.Dispose();
        _stops = CancellationTokenSource.CreateLinkedTokenSource(connection.Ended);
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _updates = new EditorUpdates(isWhole || after == 0);
        _position = after ?? await around.Events.LastAsync(owner.Current.Id, cancellationToken);
        var stops = _stops.Token;
        _watching = Task.Run(() => WatchAsync(owner.Current.Id, isWhole, told, stops), CancellationToken.None);
        await told.Task.WaitAsync(cancellationToken);
    }

    private async Task StopAsync()
    {
        await _stops.CancelAsync();
        await _watching;
        await _questions.WithdrawAsync();
    }

    private async Task WatchAsync(AgentId agent, bool isWhole, TaskCompletionSource told, CancellationToken stops)
    {
        while (!stops.IsCancellationRequested)
        {
            try
            {
                using var following = around.Feed.Follow(agent); // before the rows are read, so that nothing is missed between
                await CatchUpAsync(agent, isWhole && !told.Task.IsCompleted, stops);
                told.TrySetResult();
                await LookAsync();
                await FollowAsync(agent, following.Events, stops);
                Waits.Fail();
                return;
            }
            catch (Exception ended) when (ended is OperationCanceledException or JsonRpcEndedException)
            {
                break;
            }
            catch (Exception away) when (DatabaseAway.Is(away))
            {
                await Task.WhenAny(Task.Delay(s_again, around.Clock, stops)); // it is read from where it was
            }
            catch (Exception broken)
            {
                EditorConnection.LogBroke(around.Logger, Id.Value, broken);
                told.TrySetException(broken);
                connection.End("This side broke; connect again.");
                return;
            }
        }

        told.TrySetCanceled(CancellationToken.None);
    }

    private async Task FollowAsync(AgentId agent, ChannelReader<AgentEvent?> events, CancellationToken stops)
    {
        while (await events.WaitToReadAsync(stops))
        {
            while (events.TryRead(out var one))
            {
                if (one is null || one.Seq > _position + 1)
                {
                    await CatchUpAsync(agent, isWhole: false, stops); // the rows have what was left out
                }
                else if (one.Seq == _position + 1)
                {
                    await TellAsync(agent, one, isWhole: false, stops);
                    Reach(one.Seq);
                }
            }
        }
    }

    private async Task CatchUpAsync(AgentId agent, bool isWhole, CancellationToken stops)
    {
        var end = await around.Events.LastAsync(agent, stops);
        var from = _position;
        while (true)
        {
            var page = await around.Events.OfWorkSessionAsync(agent, Id, from, end, AgentEventStore.PageSize, stops);
            foreach (var one in page)
            {
                await TellAsync(agent, one, isWhole, stops);
                Reach(from = one.Seq);
            }

            if (page.Count < AgentEventStore.PageSize)
            {
                Reach(Math.Max(end, _position));
                return;
            }
        }
    }

    private async Task TellAsync(AgentId agent, AgentEvent one, bool isWhole, CancellationToken stops)
    {
        if (one.What.WorkSessionId is { } other && other != Id)
        {
            return;
        }

        var piece = 0;
        if (one.What is { Kind: EventKinds.TurnChanged, TurnId: { } turn } && IsSent(one.What.Payload))
        {
            if (await around.Rows.TurnAsync(agent, turn, stops) is { } asked && (isWhole || !connection.IsOwn(asked)))
            {
                foreach (var block in EditorUpdates.Asked(asked.Content))
                {
                    await SendAsync(one.Seq, piece++, block, stops);
                }
            }
        }
        else if (_updates.Of(one.What) is { } update)
        {
            await SendAsync(one.Seq, piece, update, stops);
        }

        if (one.What.Kind == EventKinds.RequestChanged)
        {
            await LookAsync();
        }

        Waits.Told(one);
    }

    private ValueTask SendAsync(long seq, int piece, JsonElement update, CancellationToken stops) => connection.Peer.NotifyAsync(
        EditorMethods.Update,
        new SessionUpdate(Id.Value, update, EditorMeta.Of(new JsonObject { ["event"] = seq, ["piece"] = piece })),
        EditorJson.Default.SessionUpdate,
        stops);

    private void Reach(long seq)
    {
        lock (_catching)
        {
            _position = seq;
            foreach (var (_, reached) in _catching.Where(one => one.Seq <= seq))
            {
                reached.TrySetResult();
            }

            _catching.RemoveAll(one => one.Seq <= seq);
        }
    }

    private static bool IsSent(string payload)
    {
        using var changed = JsonDocument.Parse(payload);
        return changed.RootElement.Member("turn")?.Member("state")?.Text() == "sent" && changed.RootElement.Member("turn")?.Member("cancelRequestedAt") is null or { ValueKind: JsonValueKind.Null };
    }
}
