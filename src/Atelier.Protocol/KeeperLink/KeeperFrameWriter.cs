using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Atelier.Protocol.WorkerLog;

namespace Atelier.Protocol.KeeperLink;

/// <summary>Writes frames of KeeperLink.</summary>
public static class KeeperFrameWriter
{
    /// <summary>Length, type, offset and end of the log: what stands before an Output frame's bytes.</summary>
    public const int OutputHeaderBytes = KeeperProtocol.HeaderBytes + (2 * sizeof(long));

    /// <summary>Makes a control frame.</summary>
    /// <param name="type">The frame's type.</param>
    /// <param name="message">Its payload.</param>
    /// <param name="json">How to write it, from <see cref="KeeperJson"/>.</param>
    /// <typeparam name="T">The record.</typeparam>
    public static byte[] Control<T>(KeeperFrameType type, T message, JsonTypeInfo<T> json)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(message, json);
        var frame = new byte[KeeperProtocol.HeaderBytes + payload.Length];
        WriteHeader(frame, type, payload.Length);
        payload.CopyTo(frame, KeeperProtocol.HeaderBytes);
        return frame;
    }

    /// <summary>Makes a frame whose payload is one number: InputAck or Progress.</summary>
    /// <param name="type">The frame's type.</param>
    /// <param name="number">The number.</param>
    public static byte[] Number(KeeperFrameType type, long number)
    {
        var frame = new byte[KeeperProtocol.HeaderBytes + sizeof(long)];
        WriteHeader(frame, type, sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(frame.AsSpan(KeeperProtocol.HeaderBytes), number);
        return frame;
    }

    /// <summary>Writes a frame's length and type.</summary>
    /// <param name="destination">At least <see cref="KeeperProtocol.HeaderBytes"/> bytes.</param>
    /// <param name="type">The frame's type.</param>
    /// <param name="payloadBytes">Length of what follows.</param>
    public static void WriteHeader(Span<byte> destination, KeeperFrameType type, int payloadBytes)
    {
        BinaryPrimitives.WriteInt32BigEndian(destination, payloadBytes + 1);
        destination[4] = (byte)type;
    }

    /// <summary>Writes what stands before an Output frame's bytes.</summary>
    /// <param name="destination">At least <see cref="OutputHeaderBytes"/> bytes.</param>
    /// <param name="offset">Absolute offset of the first byte.</param>
    /// <param name="end">End of the log.</param>
    /// <param name="count">How many bytes follow.</param>
    public static void WriteOutputHeader(Span<byte> destination, long offset, long end, int count)
    {
        WriteHeader(destination, KeeperFrameType.Output, (2 * sizeof(long)) + count);
        BinaryPrimitives.WriteInt64BigEndian(destination[KeeperProtocol.HeaderBytes..], offset);
        BinaryPrimitives.WriteInt64BigEndian(destination[(KeeperProtocol.HeaderBytes + sizeof(long))..], end);
    }

    /// <summary>Makes the frame that tells of what an index record says.</summary>
    /// <param name="record">The record.</param>
    public static byte[] Event(LogIndexRecord record) => record.Kind switch
    {
        LogIndexKind.Epoch => Control(
            KeeperFrameType.EpochStarted,
            new EpochStartedNotice(record.Offset, record.First),
            KeeperJson.Default.EpochStartedNotice),
        LogIndexKind.Resize => Control(
            KeeperFrameType.Resized,
            new ResizedNotice(record.Offset, record.First, record.Second),
            KeeperJson.Default.ResizedNotice),
        _ => Control(
            KeeperFrameType.Exited,
            new ExitedNotice(
                record.Offset,
                record.Second == 0 ? record.First : null,
                record.Second == 0 ? null : SignalNames.Of(record.Second)),
            KeeperJson.Default.ExitedNotice),
    };
}
