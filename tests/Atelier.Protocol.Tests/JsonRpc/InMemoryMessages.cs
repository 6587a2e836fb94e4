using System.Text;
using System.Threading.Channels;
using Atelier.Protocol.JsonRpc;

namespace Atelier.Protocol.Tests.JsonRpc;

/// <summary>Two ends of a conversation in memory; texts can be written in the clear from either.</summary>
internal sealed class InMemoryMessages : IMessageTransport
{
    private readonly ChannelReader<byte[]> _incoming;
    private readonly ChannelWriter<byte[]> _outgoing;

    private InMemoryMessages(ChannelReader<byte[]> incoming, ChannelWriter<byte[]> outgoing)
    {
        _incoming = incoming;
        _outgoing = outgoing;
    }

    public int MaxMessageBytes { get; init; } = 1 << 20;

    public string? CloseReason { get; private set; }

    public static (InMemoryMessages Left, InMemoryMessages Right) Pair(int capacity = 1 << 20)
    {
        var toLeft = Channel.CreateBounded<byte[]>(capacity);
        var toRight = Channel.CreateBounded<byte[]>(capacity);
        return (new(toLeft.Reader, toRight.Writer), new(toRight.Reader, toLeft.Writer));
    }

    public ValueTask SayAsync(string text) => _outgoing.WriteAsync(Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken);

    public async Task<string?> HearAsync() =>
        await ReceiveAsync(TestContext.Current.CancellationToken) is { } text ? Encoding.UTF8.GetString(text.Span) : null;

    public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _incoming.ReadAsync(cancellationToken);
        }
        catch (ChannelClosedException)
        {
            return null;
        }
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        try
        {
            await _outgoing.WriteAsync(message.ToArray(), cancellationToken);
        }
        catch (ChannelClosedException closed)
        {
            throw new MessageTransportException("The connection is gone.", closed);
        }
    }

    public ValueTask CloseAsync(string reason, CancellationToken cancellationToken)
    {
        CloseReason ??= reason;
        return DisposeAsync();
    }

    public ValueTask DisposeAsync()
    {
        _outgoing.TryComplete();
        return ValueTask.CompletedTask;
    }
}
