using System.Buffers;
using Atelier.Protocol.WorkerLog;

namespace Atelier.Protocol.KeeperLink;

/// <summary>Sends a finished log through frames: bytes and what happened between them, each once and in order (KL3).</summary>
/// <param name="frames">Where to.</param>
/// <param name="log">Where from.</param>
/// <param name="records">The log's index.</param>
internal sealed class LogReplay(KeeperFrameStream frames, WorkerLogReader log, IReadOnlyList<LogIndexRecord> records)
{
    private const int ChunkBytes = 64 << 10;

    /// <summary>Sends everything from a place on.</summary>
    /// <param name="start">The place.</param>
    /// <param name="moved">The reader attaches elsewhere: stop after the frame that is on its way.</param>
    /// <param name="cancellationToken">The connection ends: stop in the middle of a frame.</param>
    public async Task RunAsync(AttachPoint start, CancellationToken moved, CancellationToken cancellationToken)
    {
        var chunk = ArrayPool<byte>.Shared.Rent(KeeperFrameWriter.OutputHeaderBytes + ChunkBytes);
        try
        {
            var (position, next) = (start.Offset, start.NextRecord);
            while (!moved.IsCancellationRequested)
            {
                for (; next < records.Count && records[next].Offset <= position; next++)
                {
                    await frames.SendAsync(KeeperFrameWriter.Event(records[next]), cancellationToken);
                }

                var until = next < records.Count ? Math.Min(records[next].Offset, log.End) : log.End;
                if (position >= until)
                {
                    return;
                }

                position = await SendAsync(chunk, position, until, cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    /// <summary>Tells only how far the log is, and how it ended.</summary>
    public async Task TellEndAsync(AttachPoint start, CancellationToken cancellationToken)
    {
        if (log.End > start.Offset)
        {
            await frames.SendAsync(KeeperFrameWriter.Number(KeeperFrameType.Progress, log.End), cancellationToken);
        }

        for (var next = start.NextRecord; next < records.Count; next++)
        {
            if (records[next].Kind == LogIndexKind.Exit)
            {
                await frames.SendAsync(KeeperFrameWriter.Event(records[next]), cancellationToken);
            }
        }
    }

    private async Task<long> SendAsync(byte[] chunk, long position, long until, CancellationToken cancellationToken)
    {
        int count;
        try
        {
            var wanted = (int)Math.Min(ChunkBytes, until - position);
            count = log.Read(position, chunk.AsSpan(KeeperFrameWriter.OutputHeaderBytes, wanted));
        }
        catch (DroppedBytesException dropped) when (dropped.Oldest > position)
        {
            await EndedWorker.SendGapAsync(frames, position, dropped.Oldest, cancellationToken);
            return dropped.Oldest;
        }

        if (count == 0)
        {
            throw new IOException($"The log ends at {position}, before {until}.");
        }

        KeeperFrameWriter.WriteOutputHeader(chunk, position, log.End, count);
        await frames.SendAsync(chunk.AsMemory(0, KeeperFrameWriter.OutputHeaderBytes + count), cancellationToken);
        return position + count;
    }
}
