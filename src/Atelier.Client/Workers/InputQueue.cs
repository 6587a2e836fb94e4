namespace Atelier.Client.Workers;

/// <summary>Input that the worker's program has not acknowledged yet, in order, with its numbers.</summary>
/// <remarks>
/// After a reconnect everything unacknowledged is sent again under the same numbers; the keeper types each number once. A new epoch is another process: what
/// the old one had not taken is dropped and counted.
/// </remarks>
internal sealed class InputQueue
{
    private readonly Queue<(long Sequence, byte[] Bytes)> _waiting = new();
    private long _last;
    private int? _epoch;

    /// <summary>Epoch of the process the numbers are counted for; null before the first connection.</summary>
    public int? Epoch => _epoch;

    /// <summary>Input not yet acknowledged, oldest first.</summary>
    public IReadOnlyCollection<(long Sequence, byte[] Bytes)> Waiting => _waiting;

    /// <summary>Takes input; gives its number.</summary>
    public long Add(byte[] bytes)
    {
        _waiting.Enqueue((++_last, bytes));
        return _last;
    }

    /// <summary>The program has everything up to a number.</summary>
    public void Acknowledge(long sequence)
    {
        while (_waiting.TryPeek(out var oldest) && oldest.Sequence <= sequence)
        {
            _waiting.Dequeue();
        }
    }

    /// <summary>The stream starts in an epoch with its last acknowledged number; gives how many inputs were dropped.</summary>
    public int StartEpoch(int epoch, long acknowledged)
    {
        var before = _epoch;
        _epoch = epoch;
        if (before is not null && before != epoch)
        {
            var dropped = _waiting.Count;
            _waiting.Clear();
            _last = acknowledged;
            return dropped;
        }

        if (before == epoch)
        {
            Acknowledge(acknowledged);
        }

        Renumber(acknowledged);
        return 0;
    }

    /// <summary>Input typed before the first connection is numbered from what the keeper already has of this client.</summary>
    private void Renumber(long acknowledged)
    {
        if (_waiting.Count == 0)
        {
            _last = Math.Max(_last, acknowledged);
            return;
        }

        if (_waiting.Peek().Sequence == acknowledged + 1)
        {
            return;
        }

        var waiting = _waiting.ToArray();
        _waiting.Clear();
        _last = acknowledged;
        foreach (var (_, bytes) in waiting)
        {
            Add(bytes);
        }
    }
}
