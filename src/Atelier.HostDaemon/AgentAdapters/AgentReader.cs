using System.Net.Sockets;
using Atelier.HostDaemon.AgentAdapters.Acp;
using Atelier.HostDaemon.Workers;
using Atelier.Protocol.HostLink;
using Atelier.Protocol.KeeperLink;
using Atelier.Protocol.WorkerLog;

namespace Atelier.HostDaemon.AgentAdapters;

/// <summary>Reads what a program says, over its processes and whoever answers for them, and gathers it.</summary>
/// <remarks>A connection that ends is made again from the last whole line; the keeper's log has all of it.</remarks>
/// <param name="workers">Where the worker's owner is found, for as long as the worker is there.</param>
/// <param name="workerId">The worker.</param>
/// <param name="folder">The worker's folder.</param>
/// <param name="gathering">Where it goes.</param>
/// <param name="time">The clock.</param>
internal sealed class AgentReader(
    WorkerOwners workers, string workerId, string folder, AgentGathering gathering, TimeProvider time)
{
    private static readonly TimeSpan s_connectLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_tryAgain = TimeSpan.FromMilliseconds(100);

    private readonly AgentLines _lines = new(0);
    private KeeperConnection? _connection;
    private long _at;
    private long _committed;
    private int _epoch;
    private int _endedEpoch;

    /// <summary>Reads from an offset on, until it is cancelled or the worker is removed.</summary>
    public async Task RunAsync(long offset, CancellationToken cancellationToken)
    {
        _at = _committed = offset;
        while (workers.Find(workerId) is { } worker)
        {
            try
            {
                await ReadAsync(worker, cancellationToken);
            }
            catch (Exception broken) when (broken is IOException or InvalidDataException or SocketException
                || (broken is OperationCanceledException or ObjectDisposedException && !cancellationToken.IsCancellationRequested))
            {
                // The keeper is gone, did not answer in time, or the worker is being started again or removed.
            }

            await Task.Delay(s_tryAgain, time, cancellationToken);
        }
    }

    /// <summary>Tells the keeper how far everything is stored (AL4).</summary>
    public async Task CommitAsync(long offset, CancellationToken cancellationToken)
    {
        _committed = offset;
        try
        {
            await (Volatile.Read(ref _connection)?.CommitAsync(offset, cancellationToken) ?? ValueTask.CompletedTask);
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException)
        {
            // The next connection says it first.
        }
    }

    private async Task ReadAsync(WorkerOwner worker, CancellationToken cancellationToken)
    {
        var report = worker.Report;
        var point = await worker.AttachPointAsync();
        await using var connection = await ConnectAsync(point.Socket, cancellationToken);
        var isLost = report.State == WorkerRunState.Lost && connection.Hello.Abilities.Contains(KeeperProtocol.EndedAbility);
        var end = await AttachAsync(connection, cancellationToken);
        Volatile.Write(ref _connection, connection);
        while (true)
        {
            // What has no end in the log ended where the log does (AL9).
            if (isLost && _lines.Offset >= end && _epoch == connection.Hello.Epoch)
            {
                await TellEndAsync(_lines.Offset, exitCode: null, signal: null, cancellationToken);
            }

            if (await connection.ReadAsync(cancellationToken) is not { } frame)
            {
                return;
            }

            await TakeAsync(frame, cancellationToken);
        }
    }

    private static async Task<KeeperConnection> ConnectAsync(string socket, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_connectLimit);
        return await KeeperConnection.OpenAsync(socket, client: null, limit.Token);
    }

    // Attaches where the last whole line ended; gives the end of the log.
    private async Task<long> AttachAsync(KeeperConnection connection, CancellationToken cancellationToken)
    {
        await connection.CommitAsync(Volatile.Read(ref _committed), cancellationToken);
        var attached = await AskAsync(connection, _at, cancellationToken);
        if (_at > attached.End)
        {
            // A power failure or an old backup took the log's end; what the server has stored of it stays stored.
            await TellGapAsync(attached.End, cancellationToken);
            attached = await AskAsync(connection, _at, cancellationToken);
        }
        else if (attached.Offset != _at)
        {
            await TellGapAsync(attached.Offset, cancellationToken);
        }

        _lines.MoveTo(_at);
        _epoch = EpochBefore(LogIndex.ReadRecords(Path.Combine(folder, LogFiles.OutputFolder)), _at);
        return attached.End;
    }

    private static async Task<AttachedReply> AskAsync(KeeperConnection connection, long from, CancellationToken cancellationToken)
    {
        await connection.AttachAsync(new AttachRequest(WorkerOutput.Output, from, Epoch: null, AttachMode.Bytes), cancellationToken);
        while (await connection.ReadAsync(cancellationToken) is { } frame)
        {
            if (frame.Type == KeeperFrameType.Attached)
            {
                return frame.Read(KeeperJson.Default.AttachedReply);
            }
        }

        throw new IOException("The keeper closed the connection before the stream began.");
    }

    // The keeper tells everything that happened at an offset, so what is in force is what happened before it.
    private static int EpochBefore(LogIndexRecord[] records, long offset) =>
        records.LastOrDefault(record => record.Kind == LogIndexKind.Epoch && record.Offset < offset).First;

    private async Task TakeAsync(KeeperFrame frame, CancellationToken cancellationToken)
    {
        switch (frame.Type)
        {
            case KeeperFrameType.Output when frame.Number == _lines.Offset:
                await _lines.TakeAsync(frame.Bytes, (line, end) => TellAsync(line, end, cancellationToken));
                break;
            case KeeperFrameType.Output:
                throw new InvalidDataException($"Output came at {frame.Number} where {_lines.Offset} was due.");
            case KeeperFrameType.Gap when frame.Read(KeeperJson.Default.GapNotice) is { To: var to } && to > _lines.Offset:
                await TellGapAsync(to, cancellationToken);
                _lines.MoveTo(to);
                break;
            case KeeperFrameType.Exited:
                var exit = frame.Read(KeeperJson.Default.ExitedNotice);
                await TellEndAsync(exit.Offset, exit.ExitCode, exit.Signal, cancellationToken);
                break;
            case KeeperFrameType.EpochStarted:
                var begun = frame.Read(KeeperJson.Default.EpochStartedNotice);
                await TellEndAsync(begun.Offset, exitCode: null, signal: null, cancellationToken);   // where nobody wrote it down
                _epoch = begun.Epoch;
                break;
        }
    }

    private ValueTask TellAsync(AgentLine line, long end, CancellationToken cancellationToken)
    {
        var notice = line.IsTooLong
            ? AgentNotices.Noise(
                $"A line longer than {AgentLines.MaxLineBytes >> 20} MiB was passed over. It begins: {AcpLine.Show(line.Bytes.Span, 200)}")
            : AcpReader.Read(line.Bytes.Span);
        return AddAsync(end, notice, cancellationToken);
    }

    private ValueTask TellGapAsync(long to, CancellationToken cancellationToken) => AddAsync(
        to, AgentNotices.Noise($"The log of this program has nothing from {_at} to {to} any more."), cancellationToken);

    private async ValueTask TellEndAsync(long offset, int? exitCode, string? signal, CancellationToken cancellationToken)
    {
        if (_epoch <= _endedEpoch)
        {
            return;
        }

        await AddAsync(offset, new AgentNotice.Ended(exitCode, signal, LastWords.Read(folder, _epoch)), cancellationToken);
        _endedEpoch = _epoch;
        _lines.MoveTo(offset);
    }

    private async ValueTask AddAsync(long end, AgentNotice? notice, CancellationToken cancellationToken)
    {
        await gathering.AddAsync(end, _epoch, notice, cancellationToken);
        _at = end;
    }
}
