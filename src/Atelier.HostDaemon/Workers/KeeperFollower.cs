using System.Net.Sockets;
using Atelier.Protocol.KeeperLink;
using Atelier.Protocol.Layout;

namespace Atelier.HostDaemon.Workers;

/// <summary>What a keeper's follower noticed.</summary>
internal abstract record KeeperEvent
{
    internal sealed record Grown(long End) : KeeperEvent;

    internal sealed record Held(HoldReason? Reason) : KeeperEvent;

    /// <summary>The process ended; the keeper goes when its readers have heard.</summary>
    internal sealed record Exited(ExitedNotice Notice) : KeeperEvent;

    /// <summary>The keeper is no more; the log says how its process ended, if it does.</summary>
    internal sealed record Gone : KeeperEvent;
}

/// <summary>Stays connected to one keeper for as long as that very process lives.</summary>
/// <remarks>A broken connection is made again; only the end of the keeper's process, as pid and start time name it, is the end.</remarks>
internal sealed class KeeperFollower : IAsyncDisposable
{
    private static readonly TimeSpan s_connectLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_tryAgain = TimeSpan.FromMilliseconds(100);

    private readonly KeeperRecord _keeper;
    private readonly WorkerSurroundings _surroundings;
    private readonly Action<KeeperEvent> _hear;
    private readonly CancellationTokenSource _disposing;

    public KeeperFollower(
        KeeperRecord keeper, WorkerSurroundings surroundings, Action<KeeperEvent> hear, CancellationToken ownerEnds)
    {
        _keeper = keeper;
        _surroundings = surroundings;
        _hear = hear;
        _disposing = CancellationTokenSource.CreateLinkedTokenSource(ownerEnds);
        Gone = Task.Run(FollowAsync, CancellationToken.None);
    }

    private bool IsKeeperAlive => ProcessIdentity.IsAlive(_keeper.KeeperPid, _keeper.KeeperStartTime, _keeper.BootId);

    /// <summary>Ends when the keeper has, after it was told.</summary>
    public Task Gone { get; }

    public async ValueTask DisposeAsync()
    {
        await _disposing.CancelAsync();
        await Gone;
        _disposing.Dispose();
    }

    private async Task FollowAsync()
    {
        long? end = null;
        while (IsKeeperAlive && !_disposing.IsCancellationRequested)
        {
            try
            {
                end = await ReadAsync(end) ?? end;
                await Task.Delay(s_tryAgain, _surroundings.Time, _disposing.Token);
            }
            catch (Exception broken) when (broken is IOException or InvalidDataException or SocketException)
            {
                if (IsKeeperAlive)
                {
                    WorkerLog.KeeperUnheard(_surroundings.Logger, _keeper.WorkerId, _keeper.KeeperPid, broken.Message);
                    await WaitAsync(s_connectLimit);
                }
            }
            catch (OperationCanceledException) when (!_disposing.IsCancellationRequested)
            {
                WorkerLog.KeeperUnheard(_surroundings.Logger, _keeper.WorkerId, _keeper.KeeperPid, "no answer in time");
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }

        if (!_disposing.IsCancellationRequested)
        {
            WorkerLog.KeeperGone(_surroundings.Logger, _keeper.WorkerId, _keeper.KeeperPid);
            _hear(new KeeperEvent.Gone());
        }
    }

    private async Task<long?> ReadAsync(long? from)
    {
        await using var connection = await ConnectAsync(from);
        long? end = null;
        while (await connection.ReadAsync(_disposing.Token) is { } frame)
        {
            switch (frame.Type)
            {
                case KeeperFrameType.Attached:
                    end = frame.Read(KeeperJson.Default.AttachedReply).End;
                    _hear(new KeeperEvent.Grown(end.Value));
                    break;
                case KeeperFrameType.Progress:
                    end = frame.Number;
                    _hear(new KeeperEvent.Grown(end.Value));
                    break;
                case KeeperFrameType.Held:
                    _hear(new KeeperEvent.Held(frame.Read(KeeperJson.Default.HeldNotice).Reason));
                    break;
                case KeeperFrameType.Exited:
                    _hear(new KeeperEvent.Exited(frame.Read(KeeperJson.Default.ExitedNotice)));
                    break;
            }
        }

        return end;
    }

    private async Task<KeeperConnection> ConnectAsync(long? from)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_disposing.Token);
        limit.CancelAfter(s_connectLimit);
        var connection = await KeeperConnection.OpenAsync(_keeper.Socket, client: null, limit.Token);
        var hello = connection.Hello;
        if (hello.WorkerId != _keeper.WorkerId || hello.KeeperPid != _keeper.KeeperPid
            || hello.ChildStartTime != _keeper.ChildStartTime)
        {
            await connection.DisposeAsync();
            throw new InvalidDataException($"keeper {hello.KeeperPid} of worker {hello.WorkerId} answers on its socket");
        }

        await connection.AttachAsync(
            new AttachRequest(WorkerOutput.Output, from, Epoch: null, AttachMode.Progress), limit.Token);
        return connection;
    }

    private async Task WaitAsync(TimeSpan limit)
    {
        try
        {
            await Task.Delay(limit, _surroundings.Time, _disposing.Token);
        }
        catch (OperationCanceledException)
        {
            // The loop looks.
        }
    }
}
