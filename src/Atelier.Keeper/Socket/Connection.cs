using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Atelier.Keeper.Log;
using Atelier.Keeper.Native;
using Atelier.Protocol.KeeperLink;
using Atelier.Protocol.WorkerLog;

namespace Atelier.Keeper.Socket;

/// <summary>One connection to the keeper: frames in, and out what a reader of the log must get, in order (rule KL3).</summary>
/// <remarks>
/// Nothing is kept for a reader but its place in the log. Bytes go out straight from the read buffer while it is current (<see cref="SendLive"/>), else by
/// sendfile from the segment, as fast as it reads. Control frames wait in a bounded buffer; who lets it fill is dropped.
/// </remarks>
internal sealed unsafe class Connection(int socket) : IDisposable
{
    private const int OutputHeaderBytes = KeeperProtocol.HeaderBytes + 16;
    private const int MaxChunkBytes = 64 << 10;
    private const int MaxPendingBytes = 1 << 20;
    private const int CompressedChunkBytes = 64 << 10;

    private readonly FrameBuffer _incoming = new();
    private byte[] _pending = [];
    private int _pendingAt;
    private readonly List<byte> _after = [];
    private long _payloadAt;
    private long _payloadLeft;

    public int Socket { get; } = socket;

    public FrameBuffer Incoming => _incoming;

    /// <summary>Whether Hello has come.</summary>
    public bool IsGreeted { get; set; }

    /// <summary>How far a reader in progress mode was told the log is.</summary>
    public long ToldEnd { get; private set; } = -1;

    /// <summary>Who types here; null for a reader.</summary>
    public string? Client { get; set; }

    /// <summary>The stream it reads; null before Attach.</summary>
    public LogCursor? Cursor { get; private set; }

    public AttachMode Mode { get; private set; }

    /// <summary>Whether the socket took less than there was.</summary>
    public bool WantsToWrite { get; private set; }

    /// <summary>Whether it is to be closed once what is pending has gone out.</summary>
    public bool IsClosing { get; private set; }

    /// <summary>Whether it must be closed now.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Whether everything the reader is to get has been handed to the socket.</summary>
    public bool IsDrained => _pending.Length == _pendingAt && _payloadLeft == 0 && _after.Count == 0
        && (Cursor is null || Mode == AttachMode.Progress || (Cursor.Ahead == 0 && Cursor.RecordHere is null));

    public void Attach(KeeperLog log, long offset, AttachMode mode)
    {
        Cursor?.Dispose();
        Mode = mode;
        var next = 0;
        var records = log.Records;
        while (next < records.Count && (records[next].Offset < offset
            || (records[next].Offset == offset && !IsFinalExit(records, next))))
        {
            next++;
        }

        Cursor = new LogCursor(log, offset, next);
    }

    /// <summary>Closes it once what is pending has gone out; it gets nothing more of its stream.</summary>
    public void Close()
    {
        IsClosing = true;
        Cursor?.Dispose();
        Cursor = null;
    }

    /// <summary>Closes it now: its peer is gone.</summary>
    public void Break() => IsBroken = true;

    /// <summary>Queues a control frame.</summary>
    public void Send<T>(KeeperFrameType type, T message, JsonTypeInfo<T> json) =>
        Send(type, JsonSerializer.SerializeToUtf8Bytes(message, json));

    /// <summary>Queues a frame that holds one number.</summary>
    public void Send(KeeperFrameType type, long number)
    {
        Span<byte> payload = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(payload, number);
        Send(type, payload);
    }

    /// <summary>Tells a reader in progress mode how far the log is, when that is new.</summary>
    public void TellProgress()
    {
        if (Mode == AttachMode.Progress && Cursor is { } cursor && cursor.Log.End != ToldEnd)
        {
            ToldEnd = cursor.Log.End;
            Send(KeeperFrameType.Progress, ToldEnd);
        }
    }

    /// <summary>Hands just-written bytes to a reader that has everything before them; a lagging one gets them from the log.</summary>
    public void SendLive(KeeperLog log, byte* bytes, int count)
    {
        if (Cursor is not { } cursor || cursor.Log != log || Mode != AttachMode.Bytes || _pending.Length != _pendingAt
            || _payloadLeft > 0 || _after.Count > 0 || cursor.Offset != log.End - count || cursor.RecordHere is not null)
        {
            return;
        }

        var header = stackalloc byte[OutputHeaderBytes];
        WriteOutputHeader(new Span<byte>(header, OutputHeaderBytes), cursor.Offset, log.End, count);
        var pieces = stackalloc Piece[2];
        pieces[0] = new Piece { Start = header, Length = OutputHeaderBytes };
        pieces[1] = new Piece { Start = bytes, Length = count };
        var message = new MessageHeader { Pieces = pieces, PieceCount = 2 };
        var sent = (int)LibC.SendMessage(Socket, &message, LibC.SendNoSignal | LibC.SendDoNotWait);
        if (sent < 0)
        {
            IsBroken = !IsTryAgain();
            WantsToWrite = true;
            return;
        }

        cursor.Advance(count);
        if (sent < OutputHeaderBytes)
        {
            SetPending(new Span<byte>(header, OutputHeaderBytes)[sent..].ToArray());
        }

        _payloadLeft = count - Math.Max(0, sent - OutputHeaderBytes);
        _payloadAt = cursor.Offset - _payloadLeft;
        WantsToWrite = sent < OutputHeaderBytes + count;
    }

    /// <summary>Sends what there is, at most about a mebibyte at a time.</summary>
    public void Pump()
    {
        for (var budget = MaxPendingBytes; budget > 0 && !IsBroken;)
        {
            var before = budget;
            if (_pending.Length > _pendingAt)
            {
                budget -= SendPending();
            }
            else if (_payloadLeft > 0)
            {
                budget -= SendPayload();
            }
            else if (_after.Count > 0)
            {
                SetPending([.. _after]);
                _after.Clear();
                continue;
            }
            else if (Mode == AttachMode.Bytes && Cursor is { } cursor && PrepareNext(cursor))
            {
                continue;
            }
            else
            {
                WantsToWrite = false;
                return;
            }

            if (budget == before)
            {
                WantsToWrite = true;
                return;
            }
        }

        WantsToWrite = true;
    }

    public void Dispose()
    {
        Cursor?.Dispose();
        _ = LibC.Close(Socket);
    }

    /// <summary>The exit of the last process is told even to who attaches at the very end.</summary>
    private static bool IsFinalExit(IReadOnlyList<LogIndexRecord> records, int at) =>
        records[at].Kind == LogIndexKind.Exit && at == records.Count - 1;

    private void Send(KeeperFrameType type, ReadOnlySpan<byte> payload)
    {
        Span<byte> header = stackalloc byte[KeeperProtocol.HeaderBytes];
        BinaryPrimitives.WriteUInt32BigEndian(header, (uint)(payload.Length + 1));
        header[sizeof(uint)] = (byte)type;
        _after.AddRange(header);
        _after.AddRange(payload);
        IsBroken |= _after.Count > MaxPendingBytes;
    }

    /// <summary>Makes the next frame for the reader: something that happened, a gap, or bytes.</summary>
    private bool PrepareNext(LogCursor cursor)
    {
        if (cursor.RecordHere is { } record)
        {
            cursor.PassRecord();
            SendRecord(record);
            return true;
        }

        if (cursor.Ahead <= 0)
        {
            return false;
        }

        var there = Math.Min(Math.Min(cursor.Ahead, cursor.Open(cursor.Offset)), MaxChunkBytes);
        if (there <= 0)
        {
            var to = Math.Max(cursor.Offset, cursor.Log.Oldest());
            if (to == cursor.Offset)
            {
                IsBroken = true; // the segment is there and cannot be opened: let the reader come again
                return false;
            }

            Send(KeeperFrameType.Gap, new GapNotice(cursor.Offset, to), KeeperJson.Default.GapNotice);
            cursor.Advance(to - cursor.Offset);
            return true;
        }

        if (cursor.Descriptor < 0)
        {
            var bytes = new byte[OutputHeaderBytes + Math.Min(there, CompressedChunkBytes)];
            var length = cursor.ReadCompressed(bytes.AsSpan(OutputHeaderBytes));
            IsBroken |= length == 0;
            WriteOutputHeader(bytes, cursor.Offset, cursor.Log.End, length);
            SetPending(bytes[..(OutputHeaderBytes + length)]);
            cursor.Advance(length);
            return true;
        }

        var header = new byte[OutputHeaderBytes];
        WriteOutputHeader(header, cursor.Offset, cursor.Log.End, (int)there);
        SetPending(header);
        (_payloadAt, _payloadLeft) = (cursor.Offset, there);
        cursor.Advance(there);
        return true;
    }

    private void SendRecord(LogIndexRecord record)
    {
        switch (record.Kind)
        {
            case LogIndexKind.Epoch:
                Send(
                    KeeperFrameType.EpochStarted,
                    new EpochStartedNotice(record.Offset, record.First),
                    KeeperJson.Default.EpochStartedNotice);
                break;
            case LogIndexKind.Resize:
                Send(
                    KeeperFrameType.Resized,
                    new ResizedNotice(record.Offset, record.First, record.Second),
                    KeeperJson.Default.ResizedNotice);
                break;
            default:
                Send(KeeperFrameType.Exited, Signals.Exited(record), KeeperJson.Default.ExitedNotice);
                break;
        }
    }

    private int SendPending()
    {
        fixed (byte* bytes = &_pending[_pendingAt])
        {
            var more = _payloadLeft > 0 ? LibC.SendMore : 0;
            var sent = (int)LibC.Send(
                Socket, bytes, _pending.Length - _pendingAt, LibC.SendNoSignal | LibC.SendDoNotWait | more);
            if (sent < 0)
            {
                IsBroken |= !IsTryAgain();
                return 0;
            }

            _pendingAt += sent;
            if (_pendingAt == _pending.Length)
            {
                SetPending([]);
            }

            return sent;
        }
    }

    private int SendPayload()
    {
        if (Cursor is not { } cursor)
        {
            IsBroken = true; // closed in the middle of a frame: nothing sensible can follow it
            return 0;
        }

        var there = Math.Min(_payloadLeft, cursor.Open(_payloadAt));
        if (there <= 0)
        {
            IsBroken = true; // dropped in the middle of a frame: the reader comes again and is told the gap
            return 0;
        }

        if (cursor.Descriptor < 0)
        {
            var bytes = new byte[Math.Min(there, CompressedChunkBytes)];
            var length = cursor.ReadCompressed(bytes);
            IsBroken |= length == 0;
            SetPending(bytes[..length]);
            _payloadAt += length;
            _payloadLeft -= length;
            return length;
        }

        var at = _payloadAt - cursor.FileStart;
        var sent = (long)LibC.SendFile(Socket, cursor.Descriptor, &at, (nint)there);
        if (sent <= 0)
        {
            IsBroken |= sent == 0 || !IsTryAgain();
            return 0;
        }

        _payloadAt += sent;
        _payloadLeft -= sent;
        return (int)sent;
    }

    private void SetPending(byte[] bytes) => (_pending, _pendingAt) = (bytes, 0);

    private static void WriteOutputHeader(Span<byte> header, long offset, long end, int count)
    {
        BinaryPrimitives.WriteUInt32BigEndian(header, (uint)(count + OutputHeaderBytes - sizeof(uint)));
        header[sizeof(uint)] = (byte)KeeperFrameType.Output;
        BinaryPrimitives.WriteInt64BigEndian(header[KeeperProtocol.HeaderBytes..], offset);
        BinaryPrimitives.WriteInt64BigEndian(header[(KeeperProtocol.HeaderBytes + sizeof(long))..], end);
    }

    private static bool IsTryAgain() => Marshal.GetLastPInvokeError() is LibC.TryAgain or LibC.Interrupted;
}
