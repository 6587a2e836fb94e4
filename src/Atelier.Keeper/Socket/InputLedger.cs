namespace Atelier.Keeper.Socket;

/// <summary>What becomes of an input with a sequence number.</summary>
internal enum InputDecision
{
    /// <summary>It is the next one: type it.</summary>
    Type,

    /// <summary>It has been typed: acknowledge it.</summary>
    Acknowledge,

    /// <summary>It waits to be typed already; the acknowledgement comes when it is.</summary>
    Waiting,

    /// <summary>Numbers are missing before it: refuse it.</summary>
    Refuse,
}

/// <summary>Which input of which client has been taken and typed; by it every keystroke is typed once (rule KL6).</summary>
/// <remarks>Holds the clients of one epoch. The least recently heard ones are forgotten past the limit.</remarks>
internal sealed class InputLedger(int maxClients = 4096)
{
    private readonly Dictionary<string, LinkedListNode<Entry>> _clients = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byUse = new();

    /// <summary>Last typed number of a client; 0 for one that has typed nothing.</summary>
    public long Typed(string client) => _clients.TryGetValue(client, out var entry) ? entry.Value.Typed : 0;

    /// <summary>The number that would be taken next.</summary>
    public long Expected(string client) => _clients.TryGetValue(client, out var entry) ? entry.Value.Taken + 1 : 1;

    /// <summary>Decides about an input, and takes it when it is the next one.</summary>
    public InputDecision Take(string client, long sequence)
    {
        var entry = Use(client);
        if (sequence <= entry.Typed)
        {
            return InputDecision.Acknowledge;
        }

        if (sequence <= entry.Taken)
        {
            return InputDecision.Waiting;
        }

        if (sequence != entry.Taken + 1)
        {
            return InputDecision.Refuse;
        }

        entry.Taken = sequence;
        return InputDecision.Type;
    }

    /// <summary>An input that was taken has been typed whole.</summary>
    public void MarkTyped(string client, long sequence) => Use(client).Typed = sequence;

    private Entry Use(string client)
    {
        if (_clients.TryGetValue(client, out var node))
        {
            _byUse.Remove(node);
        }
        else
        {
            node = new LinkedListNode<Entry>(new Entry(client));
            _clients.Add(client, node);
        }

        _byUse.AddLast(node);
        if (_clients.Count > maxClients && _byUse.First is { } oldest)
        {
            _clients.Remove(oldest.Value.Client);
            _byUse.RemoveFirst();
        }

        return node.Value;
    }

    private sealed class Entry(string client)
    {
        public string Client { get; } = client;

        public long Taken { get; set; }

        public long Typed { get; set; }
    }
}
