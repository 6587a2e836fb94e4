namespace Atelier.Protocol.WorkerLog;

/// <summary>Bytes were asked for that the log does not keep any more.</summary>
/// <param name="offset">The first byte asked for.</param>
/// <param name="oldest">The oldest byte there is.</param>
public sealed class DroppedBytesException(long offset, long oldest)
    : IOException($"The log keeps nothing at {offset}; its oldest byte is at {oldest}.")
{
    /// <summary>The oldest byte there is.</summary>
    public long Oldest => oldest;
}
