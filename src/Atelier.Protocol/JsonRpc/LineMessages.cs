using System.Buffers;
using System.IO.Pipelines;

namespace Atelier.Protocol.JsonRpc;

/// <summary>Messages as lines: one JSON text a line, ended by <c>\n</c>, over a pair of streams.</summary>
/// <remarks>
/// As the Agent Client Protocol and MCP speak over standard input and output. Empty lines and a <c>\r</c> before the end are
/// passed over; a last line without its end is not a message.
/// </remarks>
public sealed class LineMessages : IMessageTransport
{
    private static readonly byte[] s_newLine = "\n"u8.ToArray();

    private readonly Stream _inputStream;
    private readonly PipeReader _input;
    private readonly Stream _output;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private SequencePosition? _consumed;

    /// <summary>Speaks over two streams, which it then owns.</summary>
    /// <param name="input">What the other side writes.</param>
    /// <param name="output">What the other side reads.</param>
    /// <param name="maxMessageBytes">Longest line.</param>
    public LineMessages(Stream input, Stream output, int maxMessageBytes)
    {
        _inputStream = input;
        _input = PipeReader.Create(input, new StreamPipeReaderOptions(bufferSize: 16 << 10));
        _output = output;
        MaxMessageBytes = maxMessageBytes;
    }

    /// <inheritdoc/>
    public int MaxMessageBytes { get; }

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellationToken)
    {
        if (_consumed is { } consumed)
        {
            _input.AdvanceTo(consumed);
            _consumed = null;
        }

        while (true)
        {
            var read = await ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            if (read.IsCanceled)
            {
                _input.AdvanceTo(buffer.Start);
                return null;
            }

            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Trim(buffer.Slice(0, end));
                var next = buffer.GetPosition(1, end);
                if (line.Length > MaxMessageBytes)
                {
                    throw TooLong();
                }

                if (!line.IsEmpty)
                {
                    _consumed = next;
                    return line.IsSingleSegment ? line.First : line.ToArray();
                }

                buffer = buffer.Slice(next);
            }

            if (buffer.Length > MaxMessageBytes)
            {
                throw TooLong();
            }

            _input.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
            {
                return null;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await _output.WriteAsync(message, CancellationToken.None);
            await _output.WriteAsync(s_newLine, CancellationToken.None);
            await _output.FlushAsync(CancellationToken.None);
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException)
        {
            throw new MessageTransportException("The stream to the other side is closed.", broken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask CloseAsync(string reason, CancellationToken cancellationToken) => await DisposeAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _input.CancelPendingRead();
        try
        {
            await _output.DisposeAsync();
        }
        catch (IOException)
        {
            // What was left in its buffer had nobody to go to.
        }

        await _inputStream.DisposeAsync();
    }

    private static ReadOnlySequence<byte> Trim(ReadOnlySequence<byte> line) =>
        line.Length > 0 && line.Slice(line.Length - 1).FirstSpan[0] == (byte)'\r' ? line.Slice(0, line.Length - 1) : line;

    private async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _input.ReadAsync(cancellationToken);
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException)
        {
            throw new MessageTransportException("The stream from the other side broke.", broken);
        }
    }

    private MessageTransportException TooLong() => new($"A message is longer than {MaxMessageBytes} bytes.");
}
