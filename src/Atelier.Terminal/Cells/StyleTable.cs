namespace Atelier.Terminal.Cells;

/// <summary>The styles in use on a screen, each once, by number. Number 0 is the plain style.</summary>
/// <remarks>
/// Bounded: when it is full the owner sweeps what no cell uses. If everything is in use (a picture in true colour on a
/// huge screen), new colours are rounded to the 256-colour cube, and after that dropped; text is never lost.
/// </remarks>
internal sealed class StyleTable
{
    private readonly Func<ReadOnlySpan<bool>> _findUsed;
    private Style[] _styles = new Style[32];
    private ushort[] _slots = new ushort[64];
    private ushort[] _free = [];
    private int _freeCount;
    private int _count = 1;
    private int _limit;
    private int _refused;

    /// <param name="limit">Most styles kept.</param>
    /// <param name="findUsed">Says of each number whether a cell or pen still uses it.</param>
    public StyleTable(int limit, Func<ReadOnlySpan<bool>> findUsed)
    {
        _limit = limit;
        _findUsed = findUsed;
    }

    public Style this[int number] => _styles[number];

    public int Capacity => _styles.Length;

    public int MemoryBytes => (_styles.Length * 20) + (_slots.Length * 2) + (_free.Length * 2);

    public void SetLimit(int limit) => _limit = Math.Max(limit, 64);

    public int NumberOf(Style style)
    {
        if (style == default)
        {
            return 0;
        }

        var number = Find(style);
        return number > 0 ? number : Add(style);
    }

    private int Add(Style style)
    {
        if (_freeCount == 0 && _count >= _limit)
        {
            // Sweeping in vain is not repeated for every new style.
            if (_refused++ % 256 == 0)
            {
                Sweep();
            }

            if (_freeCount == 0)
            {
                return Coarser(style);
            }

            _refused = 0;
        }

        int number;
        if (_freeCount > 0)
        {
            number = _free[--_freeCount];
        }
        else
        {
            if (_count == _styles.Length)
            {
                Array.Resize(ref _styles, Math.Min(_styles.Length * 2, Math.Max(_limit, _count + 1)));
            }

            number = _count++;
        }

        _styles[number] = style;
        if (_count * 2 > _slots.Length)
        {
            Rehash(_slots.Length * 2);
        }
        else
        {
            Insert(number);
        }

        return number;
    }

    private int Coarser(Style style)
    {
        var rounded = style with
        {
            Foreground = style.Foreground.Coarse(),
            Background = style.Background.Coarse(),
            UnderlineColor = default,
            Link = 0,
        };
        var number = Find(rounded);
        return number > 0 ? number : Math.Max(0, Find(new Style(default, default, style.Attributes, style.Underline, default, 0)));
    }

    private void Sweep()
    {
        var used = _findUsed();
        _free = new ushort[_count];
        _freeCount = 0;
        for (var number = _count - 1; number > 0; number--)
        {
            if (!used[number])
            {
                _styles[number] = default;
                _free[_freeCount++] = (ushort)number;
            }
        }

        Rehash(_slots.Length);
    }

    private void Rehash(int size)
    {
        _slots = new ushort[size];
        for (var number = 1; number < _count; number++)
        {
            if (_styles[number] != default)
            {
                Insert(number);
            }
        }
    }

    private void Insert(int number)
    {
        var slot = SlotOf(_styles[number]);
        while (_slots[slot] != 0)
        {
            slot = (slot + 1) & (_slots.Length - 1);
        }

        _slots[slot] = (ushort)number;
    }

    private int Find(Style style)
    {
        if (style == default)
        {
            return 0;
        }

        for (var slot = SlotOf(style); _slots[slot] != 0; slot = (slot + 1) & (_slots.Length - 1))
        {
            if (_styles[_slots[slot]] == style)
            {
                return _slots[slot];
            }
        }

        return -1;
    }

    private int SlotOf(Style style)
    {
        var mixed = ((ulong)style.Foreground.Bits << 32 | style.Background.Bits) * 0x9E3779B97F4A7C15
            ^ ((ulong)style.UnderlineColor.Bits << 32 | (uint)style.Attributes << 19 | (uint)style.Underline << 16 | style.Link)
            * 0xC2B2AE3D27D4EB4F;
        return (int)((mixed ^ mixed >> 32) & (uint)(_slots.Length - 1));
    }
}
