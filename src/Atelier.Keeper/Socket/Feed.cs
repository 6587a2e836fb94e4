using Atelier.Keeper.Json;
using Atelier.Keeper.Log;
using Atelier.Protocol.KeeperLink;
using Atelier.Protocol.WorkerLog;

namespace Atelier.Keeper.Socket;

/// <summary>What one attached reader has been given of a log, and what comes next: bytes and events in order, each once (KL3).</summary>
internal sealed class Feed
{
    // Long enough to be cheap; a reader keeps a buffer of that size.
    private const int MaxFrameBytes = 64 << 10;
    private const long ProgressEvery = 50;

    private readonly AttachMode _mode;
    private long _told;
    private long _toldAt;
    private int _nextRecord;
    private LogIndexRecord? _next;
    private HoldReason? _toldHeld;
    private SegmentView? _segment;

    public Feed(LoggedStream stream, AttachMode mode, AttachPoint start)
    {
        Stream = stream;
        _mode = mode;
        _nextRecord = start.NextRecord;
        Frame = new OutputFrame { Position = start.Offset };
        _told = start.Offset;
        _toldAt = Environment.TickCount64 - ProgressEvery;
    }

    public LoggedStream Stream { get; }

    public OutputFrame Frame { get; }

    /// <summary>Whether the reader has everything there is now.</summary>
    public bool IsCurrent => !Frame.IsOpen && Position == Stream.Log.End && _nextRecord == Stream.Log.RecordCount;

    /// <summary>Whether a compressed segment has to be unpacked further before there is something to send; a slice is done each turn.</summary>
    public bool IsUnpacking { get; private set; }

    /// <summary>When, in ticks, progress is to be told that was held back; null when none is.</summary>
    public long? ProgressDue => _mode == AttachMode.Progress && _told < Stream.Log.End ? _toldAt + ProgressEvery : null;

    private long Position => _mode == AttachMode.Bytes ? Frame.Position : _told;

    /// <summary>Puts the next thing the reader is to hear on its way; false when there is nothing now.</summary>
    public bool TryAdvance(Connection reader, long now)
    {
        if (Stream.Held != _toldHeld)
        {
            _toldHeld = Stream.Held;
            reader.Send(MessageWriter.Frame(new HeldNotice(_toldHeld)));
            return true;
        }

        if (_next is null && _nextRecord < Stream.Log.RecordCount)
        {
            _next = Stream.Log.Record(_nextRecord);
        }

        if (_next is { } record && record.Offset <= Position)
        {
            // Who only wants to know how far the log is hears of the end, too, and of nothing between.
            if (_mode == AttachMode.Bytes || record.Kind == LogIndexKind.Exit)
            {
                reader.Send(MessageWriter.Frame(record));
            }

            _next = null;
            _nextRecord++;
            return true;
        }

        return _mode == AttachMode.Bytes ? TryBeginOutput(reader) : TryTellProgress(reader, now);
    }

    /// <summary>Goes on with the frame that is open; false when the connection takes no more now.</summary>
    public bool TrySend(int fd)
    {
        // The segment is opened before the connection may be waited for: from then on dropping its file takes nothing away.
        if (Frame.Left > 0 && !IsInSegment(Frame.Position) && !TryEnterSegment())
        {
            throw new IOException($"Bytes at {Frame.Position} were dropped while they were being sent.");
        }

        return Frame.TrySendHeader(fd) && (Frame.Left == 0 || TrySendFromSegment(fd, _segment!));
    }

    public void LeaveSegment()
    {
        if (_segment is not null)
        {
            Stream.Segments.Leave(_segment);
            _segment = null;
        }
    }

    private bool TrySendFromSegment(int fd, SegmentView segment)
    {
        long end;
        do
        {
            end = Stream.Segments.EndOf(segment, Frame.Position);
        }
        while (end <= Frame.Position && segment.IsCompressed);

        return Frame.TrySendFrom(fd, segment, end);
    }

    private bool TryBeginOutput(Connection reader)
    {
        var end = Math.Min(Stream.Log.End, _next?.Offset ?? long.MaxValue);
        var position = Frame.Position;
        if (position >= end)
        {
            LeaveSegment();
            return false;
        }

        var fresh = Stream.Fresh;
        var inFresh = position - Stream.FreshStart;
        if (inFresh >= 0 && inFresh < fresh.Length)
        {
            // One frame lies in one segment.
            end = position < Stream.Log.SegmentStart ? Math.Min(end, Stream.Log.SegmentStart) : end;
            var count = (int)Math.Min(end - position, fresh.Length - inFresh);
            Frame.Begin(count, Stream.Log.End);
            _ = Frame.TrySendFresh(reader.Fd, fresh.Slice((int)inFresh, count));
            return true;
        }

        if (!IsInSegment(position) && !TryEnterSegment())
        {
            return TellGap(reader);
        }

        end = Math.Min(end, Stream.Segments.EndOf(_segment!, position));
        IsUnpacking = end <= position;
        if (!IsUnpacking)
        {
            Frame.Begin((int)Math.Min(end - position, MaxFrameBytes), Stream.Log.End);
        }

        return true;
    }

    // Also when its file has been dropped meanwhile: what is open can be read to its end.
    private bool IsInSegment(long offset) =>
        _segment is not null && offset >= _segment.Start && (_segment.SealedEnd is not { } end || offset < end);

    private bool TryEnterSegment()
    {
        LeaveSegment();
        _segment = Stream.Segments.Enter(Frame.Position);
        return _segment is not null;
    }

    private bool TellGap(Connection reader)
    {
        Stream.Segments.Refresh();
        var to = Math.Max(Stream.Segments.Oldest, Frame.Position);
        if (to > Frame.Position)
        {
            reader.Send(MessageWriter.Frame(new GapNotice(Frame.Position, to)));
            Frame.Position = to;
        }

        return true;
    }

    private bool TryTellProgress(Connection reader, long now)
    {
        var end = Stream.Log.End;
        if (_told >= end || now < _toldAt + ProgressEvery)
        {
            return false;
        }

        _told = end;
        _toldAt = now;
        reader.Send(KeeperFrameWriter.Number(KeeperFrameType.Progress, end));
        return true;
    }
}
