namespace Atelier.Protocol.JsonRpc;

/// <summary>Carries whole messages between two peers, in order.</summary>
/// <remarks>One caller receives at a time; a peer sends one message at a time.</remarks>
public interface IMessageTransport : IAsyncDisposable
{
    /// <summary>Largest message in bytes, either way.</summary>
    int MaxMessageBytes { get; }

    /// <summary>The next message, valid until the next call; null when the other side has ended.</summary>
    /// <exception cref="MessageTransportException">The connection broke, or the other side broke a rule of the framing.</exception>
    ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellationToken);

    /// <summary>Sends one message of at most <see cref="MaxMessageBytes"/>.</summary>
    /// <remarks>Cancelling gives up waiting for a turn; a message that has been begun is sent whole.</remarks>
    /// <exception cref="MessageTransportException">The connection is gone.</exception>
    ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken);

    /// <summary>Ends the connection and tells the other side why, where the transport can.</summary>
    ValueTask CloseAsync(string reason, CancellationToken cancellationToken);
}

/// <summary>A transport broke, or was misused by the other side.</summary>
/// <param name="message">What happened.</param>
/// <param name="innerException">What the connection said.</param>
public sealed class MessageTransportException(string message, Exception? innerException = null)
    : IOException(message, innerException);
