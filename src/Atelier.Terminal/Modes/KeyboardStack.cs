namespace Atelier.Terminal.Modes;

/// <summary>The flags of the kitty keyboard protocol that programs pushed; each screen has its own.</summary>
/// <remarks>https://sw.kovidgoyal.net/kitty/keyboard-protocol/. Bounded; the oldest entry makes room.</remarks>
internal sealed class KeyboardStack
{
    private const int Depth = 16;
    private const int KnownFlags = 31;

    private readonly List<int> _below = [];

    public int Flags { get; private set; }

    /// <summary>What is below the flags in force, lowest first.</summary>
    public IReadOnlyList<int> Below => _below;

    public void Push(int flags)
    {
        if (_below.Count == Depth)
        {
            _below.RemoveAt(0);
        }

        _below.Add(Flags);
        Flags = flags & KnownFlags;
    }

    public void Pop(int count)
    {
        for (; count > 0 && _below.Count > 0; count--)
        {
            Flags = _below[^1];
            _below.RemoveAt(_below.Count - 1);
        }

        if (count > 0)
        {
            Flags = 0;
        }
    }

    /// <summary>1 replaces the flags in force, 2 adds to them, 3 takes from them.</summary>
    public void Set(int flags, int how) => Flags = how switch
    {
        2 => Flags | (flags & KnownFlags),
        3 => Flags & ~flags,
        _ => flags & KnownFlags,
    };

    public void Reset()
    {
        _below.Clear();
        Flags = 0;
    }
}
