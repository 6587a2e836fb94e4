using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text.Json.Serialization.Metadata;

namespace Atelier.Protocol.KeeperLink;

/// <summary>The client's end of KeeperLink, over any stream: a keeper's Unix socket, or a tunnel to it.</summary>
/// <remarks>
/// One caller reads (<see cref="ReadAsync"/>); any may send. No bytes are kept beyond the frame being read. A broken or impossible stream ends in
/// <see cref="IOException"/> or <see cref="InvalidDataException"/>; the caller connects again and goes on from its offset.
/// </remarks>
public sealed class KeeperConnection : IAsyncDisposable
{
    private const int MaxPartBytes = KeeperProtocol.MaxFrameBytes - 1 - sizeof(long);

    private readonly KeeperFrameStream _frames;

    private KeeperConnection(Stream stream) => _frames = new KeeperFrameStream(stream);

    /// <summary>Who answers.</summary>
    public KeeperHello Hello { get; private set; } = null!; // set before the connection is handed out

    /// <summary>Connects to a keeper's socket on this machine.</summary>
    /// <param name="socket">Path of the socket.</param>
    /// <param name="client">Who types on this connection; null for a reader.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public static async Task<KeeperConnection> OpenAsync(string socket, string? client, CancellationToken cancellationToken)
    {
        var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellationToken);
        }
        catch
        {
            connection.Dispose();
            throw;
        }

        return await OpenAsync(new NetworkStream(connection, ownsSocket: true), client, cancellationToken);
    }

    /// <summary>Greets whoever is at the other end of a stream.</summary>
    /// <param name="stream">The stream; closed with the connection.</param>
    /// <param name="client">Who types on this connection; null for a reader.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<KeeperConnection> OpenAsync(Stream stream, string? client, CancellationToken cancellationToken)
    {
        var connection = new KeeperConnection(stream);
        try
        {
            await connection.SendAsync(
                KeeperFrameType.ClientHello,
                new ClientHello(KeeperProtocol.Number, Abilities: [], client),
                KeeperJson.Default.ClientHello,
                cancellationToken);
            var first = await connection.ReadAsync(cancellationToken)
                ?? throw new IOException("The keeper closed the connection before it greeted.");
            connection.Hello = first.Type == KeeperFrameType.KeeperHello
                ? first.Read(KeeperJson.Default.KeeperHello)
                : throw new InvalidDataException($"The keeper's first frame is {first.Type} instead of Hello.");
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>The next frame; null when the keeper closed the connection. Its memory is good until the next call.</summary>
    /// <param name="cancellationToken">Gives up; the connection can be read no more after it.</param>
    public ValueTask<KeeperFrame?> ReadAsync(CancellationToken cancellationToken) => _frames.ReadAsync(cancellationToken);

    /// <summary>Whether a whole frame is here already, so that reading will not wait.</summary>
    public bool HasFrame => _frames.HasFrame;

    /// <summary>Asks for a stream.</summary>
    /// <param name="request">Which, from where.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public ValueTask AttachAsync(AttachRequest request, CancellationToken cancellationToken) =>
        SendAsync(KeeperFrameType.Attach, request, KeeperJson.Default.AttachRequest, cancellationToken);

    /// <summary>Sets the terminal's size.</summary>
    /// <param name="cols">Columns.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public ValueTask ResizeAsync(int cols, int rows, CancellationToken cancellationToken) =>
        SendAsync(KeeperFrameType.Resize, new ResizeRequest(cols, rows), KeeperJson.Default.ResizeRequest, cancellationToken);

    /// <summary>Sends a signal to the worker's processes.</summary>
    /// <param name="request">Which, to whom.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public ValueTask SignalAsync(SignalRequest request, CancellationToken cancellationToken) =>
        SendAsync(KeeperFrameType.Signal, request, KeeperJson.Default.SignalRequest, cancellationToken);

    /// <summary>Says that everything before an offset is stored.</summary>
    /// <param name="offset">Absolute offset in bytes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public ValueTask CommitAsync(long offset, CancellationToken cancellationToken) =>
        SendAsync(KeeperFrameType.Commit, new CommitRequest(offset), KeeperJson.Default.CommitRequest, cancellationToken);

    /// <summary>Closes a protocol program's standard input.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public ValueTask CloseInputAsync(CancellationToken cancellationToken) =>
        SendAsync(KeeperFrameType.CloseInput, new EmptyRequest(), KeeperJson.Default.EmptyRequest, cancellationToken);

    /// <summary>Asks for a State frame.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public ValueTask GetStateAsync(CancellationToken cancellationToken) =>
        SendAsync(KeeperFrameType.GetState, new EmptyRequest(), KeeperJson.Default.EmptyRequest, cancellationToken);

    /// <summary>The most bytes that this keeper takes under one number.</summary>
    public int MaxInputBytes => Hello.Abilities.Contains(KeeperProtocol.InputPartsAbility) ? KeeperProtocol.MaxInputBytes : MaxPartBytes;

    /// <summary>Types bytes under a sequence number (rule KL6), in parts where they are longer than a frame (KL12).</summary>
    /// <remarks>Long input is not for callers that type beside each other: a part of another number drops the parts before it.</remarks>
    /// <param name="sequence">The client's number, from 1 without holes.</param>
    /// <param name="bytes">What to type; at most <see cref="MaxInputBytes"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask TypeAsync(long sequence, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (bytes.Length > MaxInputBytes)
        {
            throw new ArgumentException($"The keeper takes {MaxInputBytes} bytes at once; these are {bytes.Length}.", nameof(bytes));
        }

        for (; bytes.Length > MaxPartBytes; bytes = bytes[MaxPartBytes..])
        {
            await TypeAsync(KeeperFrameType.InputPart, sequence, bytes[..MaxPartBytes], cancellationToken);
        }

        await TypeAsync(KeeperFrameType.Input, sequence, bytes, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _frames.DisposeAsync();

    private async ValueTask TypeAsync(
        KeeperFrameType type, long sequence, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var frame = new byte[KeeperProtocol.HeaderBytes + sizeof(long) + bytes.Length];
        KeeperFrameWriter.WriteHeader(frame, type, sizeof(long) + bytes.Length);
        BinaryPrimitives.WriteInt64BigEndian(frame.AsSpan(KeeperProtocol.HeaderBytes), sequence);
        bytes.CopyTo(frame.AsMemory(KeeperProtocol.HeaderBytes + sizeof(long)));
        await _frames.SendAsync(frame, cancellationToken);
    }

    private ValueTask SendAsync<T>(KeeperFrameType type, T message, JsonTypeInfo<T> json, CancellationToken cancellationToken) =>
        _frames.SendAsync(type, message, json, cancellationToken);
}
