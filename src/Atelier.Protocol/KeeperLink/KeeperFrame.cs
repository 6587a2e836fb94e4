using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Atelier.Protocol.KeeperLink;

/// <summary>A frame from a keeper. Its memory belongs to the connection and is good until the next read.</summary>
/// <param name="type">What it is.</param>
/// <param name="payload">All bytes after the type.</param>
public readonly struct KeeperFrame(KeeperFrameType type, Memory<byte> payload)
{
    /// <summary>What it is.</summary>
    public KeeperFrameType Type { get; } = type;

    /// <summary>All bytes after the type.</summary>
    public ReadOnlyMemory<byte> Payload => payload;

    /// <summary>Of an Output frame: absolute offset of its first byte. Of Progress and InputAck: the number.</summary>
    public long Number => BinaryPrimitives.ReadInt64BigEndian(payload.Span);

    /// <summary>Of an Output frame: end of the log when it was sent.</summary>
    public long End => BinaryPrimitives.ReadInt64BigEndian(payload.Span[sizeof(long)..]);

    /// <summary>Of an Output frame: the bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => payload[(2 * sizeof(long))..];

    /// <summary>Of an Output frame: offset (8, big-endian) and bytes in one piece, as the worker socket wants them. Overwrites <see cref="End"/>: read that first.</summary>
    public ReadOnlyMemory<byte> TakeOffsetAndBytes()
    {
        payload.Span[..sizeof(long)].CopyTo(payload.Span[sizeof(long)..]);
        return payload[sizeof(long)..];
    }

    /// <summary>Reads a control frame's JSON.</summary>
    /// <typeparam name="T">The message.</typeparam>
    /// <param name="json">How it is read.</param>
    /// <exception cref="InvalidDataException">It is not that message.</exception>
    public T Read<T>(JsonTypeInfo<T> json)
    {
        try
        {
            return JsonSerializer.Deserialize(payload.Span, json) ?? throw new InvalidDataException($"A keeper's {Type} frame is empty.");
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"A keeper's {Type} frame cannot be read: {problem.Message}", problem);
        }
    }
}
