namespace Atelier.Terminal.Modes;

/// <summary>The character sets G0 to G3, by their final bytes, and the one in force.</summary>
/// <remarks>
/// The one in force is kept on its own: restoring a cursor brings it back without touching G0 to G3, until the next shift
/// or designation.
/// </remarks>
internal sealed class Charsets
{
    public const char Ascii = 'B';

    private readonly char[] _sets = [Ascii, Ascii, Ascii, Ascii];

    public int Level { get; private set; }

    public char Current { get; set; } = Ascii;

    public ReadOnlySpan<char> Sets => _sets;

    public bool IsAscii => Current == Ascii;

    public void Designate(int level, char set)
    {
        _sets[level] = set;
        if (Level == level)
        {
            Current = set;
        }
    }

    public void DesignateAll(char set)
    {
        for (var level = 0; level < _sets.Length; level++)
        {
            Designate(level, set);
        }
    }

    public void Shift(int level)
    {
        Level = level;
        Current = _sets[level];
    }

    public void Reset()
    {
        Array.Fill(_sets, Ascii);
        Level = 0;
        Current = Ascii;
    }
}
