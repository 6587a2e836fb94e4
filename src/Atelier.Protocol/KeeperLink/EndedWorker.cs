using Atelier.Protocol.WorkerLog;

namespace Atelier.Protocol.KeeperLink;

/// <summary>Answers KeeperLink for a worker whose process has ended, read-only, from its log: what a keeper would have said, without the keeper.</summary>
/// <remarks>
/// Attach works as with a keeper (the same <see cref="AttachPoint"/>). Input is refused, and what would change a process is passed over. After the
/// last byte the connection stays open until the reader closes it; the daemon cancels it when the worker is started again, and the reader comes back
/// to a keeper.
/// </remarks>
/// <param name="WorkerId">The worker.</param>
/// <param name="Kind">Terminal or pipes.</param>
/// <param name="Folder">The worker's folder.</param>
public sealed record EndedWorker(string WorkerId, WorkerKind Kind, string Folder)
{
    /// <summary>Serves one connection until it ends or is cancelled.</summary>
    /// <param name="stream">The connection; closed at the end.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task ServeAsync(Stream stream, CancellationToken cancellationToken)
    {
        await using var frames = new KeeperFrameStream(stream);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var replay = Task.CompletedTask;
        CancellationTokenSource? replaying = null;
        try
        {
            await GreetAsync(frames, cancellationToken);
            while (await frames.ReadAsync(cancellationToken) is { } frame)
            {
                if (frame.Type != KeeperFrameType.Attach)
                {
                    await AnswerAsync(frames, frame, cancellationToken);
                    continue;
                }

                var request = frame.Read(KeeperJson.Default.AttachRequest);
                Require(request.From is null or >= 0, "An offset is not negative.");
                Require(request.Stream == WorkerOutput.Output || Kind == WorkerKind.Protocol, "A terminal has one stream, output.");
                await StopAsync(replaying, replay);
                replaying = new CancellationTokenSource();
                replay = ReplayAsync(frames, request, replaying.Token, ending.Token);
            }
        }
        catch (InvalidDataException broken) when (!cancellationToken.IsCancellationRequested)
        {
            await StopAsync(replaying, replay);
            await frames.SendAsync(
                KeeperFrameType.Refused, new RefusedNotice(broken.Message), KeeperJson.Default.RefusedNotice, cancellationToken);
        }
        catch (IOException)
        {
            // The reader is gone, which is how these connections end.
        }
        finally
        {
            await ending.CancelAsync();
            await StopAsync(replaying, replay);
        }
    }

    private static async Task StopAsync(CancellationTokenSource? replaying, Task replay)
    {
        if (replaying is null)
        {
            return;
        }

        await replaying.CancelAsync();
        try
        {
            await replay;
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Stopping is what was asked for, and a reader that is gone takes nothing more.
        }

        replaying.Dispose();
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new InvalidDataException(otherwise);
        }
    }

    private string LogFolder(WorkerOutput stream) =>
        Path.Combine(Folder, stream == WorkerOutput.Error ? LogFiles.ErrorFolder : LogFiles.OutputFolder);

    private async Task GreetAsync(KeeperFrameStream frames, CancellationToken cancellationToken)
    {
        var first = await frames.ReadAsync(cancellationToken) ?? throw new IOException("The connection ended before a hello.");
        Require(first.Type == KeeperFrameType.ClientHello, "The first frame has to be a hello.");
        _ = first.Read(KeeperJson.Default.ClientHello);
        var epoch = LogIndex.Read(LogFolder(WorkerOutput.Output)).LastEpoch;
        var hello = new KeeperHello(
            KeeperProtocol.Number, [KeeperProtocol.EndedAbility], WorkerId, KeeperPid: 0, ChildPid: 0, ChildStartTime: 0, epoch, Kind);
        await frames.SendAsync(KeeperFrameType.KeeperHello, hello, KeeperJson.Default.KeeperHello, cancellationToken);
    }

    private async Task AnswerAsync(KeeperFrameStream frames, KeeperFrame frame, CancellationToken cancellationToken)
    {
        switch (frame.Type)
        {
            case KeeperFrameType.Input:
                await frames.SendAsync(
                    KeeperFrameType.InputRefused,
                    new InputRefusedNotice(Expected: 1, "The process has ended."),
                    KeeperJson.Default.InputRefusedNotice,
                    cancellationToken);
                break;
            case KeeperFrameType.GetState:
                using (var log = new WorkerLogReader(LogFolder(WorkerOutput.Output)))
                {
                    var (cols, rows) = log.ReadIndex().SizeAt(log.End);
                    await frames.SendAsync(
                        KeeperFrameType.State,
                        new KeeperState(cols, rows, log.End, Committed: log.End, Held: null, Exited: true, Foreground: null),
                        KeeperJson.Default.KeeperState,
                        cancellationToken);
                }

                break;
        }
    }

    private async Task ReplayAsync(
        KeeperFrameStream frames, AttachRequest request, CancellationToken moved, CancellationToken cancellationToken)
    {
        using var log = new WorkerLogReader(LogFolder(request.Stream));
        var records = log.ReadRecords();
        var start = AttachPoint.Resolve(records, log.Oldest, log.End, request.From, request.Epoch);
        await frames.SendAsync(
            KeeperFrameType.Attached,
            new AttachedReply(start.Offset, start.Epoch, log.End, start.Cols, start.Rows, InputAck: 0),
            KeeperJson.Default.AttachedReply,
            cancellationToken);
        if (start.GapFrom is { } from)
        {
            await SendGapAsync(frames, from, start.Offset, cancellationToken);
        }

        var replay = new LogReplay(frames, log, records);
        await (request.Mode == AttachMode.Progress
            ? replay.TellEndAsync(start.ForProgress(records), cancellationToken)
            : replay.RunAsync(start, moved, cancellationToken));
    }

    internal static ValueTask SendGapAsync(KeeperFrameStream frames, long from, long to, CancellationToken cancellationToken) =>
        frames.SendAsync(KeeperFrameType.Gap, new GapNotice(from, to), KeeperJson.Default.GapNotice, cancellationToken);
}
