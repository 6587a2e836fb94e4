using Atelier.Terminal.Buffers;
using Atelier.Terminal.Cells;
using Atelier.Terminal.Modes;

namespace Atelier.Terminal;

/// <summary>Everything a program can change about its terminal; the interpreting classes share one.</summary>
internal sealed class TerminalState
{
    private Pen _pen;
    private int _penStyle = -1;

    public TerminalState(int columns, int rows, int scrollBackLines)
    {
        Appearance = new Appearance(StyleLimitFor(columns * rows));
        Main = new ScreenBuffer(columns, rows, new ScrollBack(new LineCodec(Appearance), scrollBackLines));
        Alternate = new ScreenBuffer(columns, rows, scrollBack: null);
        Active = Main;
        Appearance.Watch(() => Main.Rows);
        Appearance.Watch(() => Alternate.Rows);
        Appearance.Watch(() => (_pen, Math.Max(_penStyle, 0)));
        FitMemory();
    }

    public Appearance Appearance { get; }

    public ScreenBuffer Main { get; }

    public ScreenBuffer Alternate { get; }

    public ScreenBuffer Active { get; private set; }

    public bool IsAlternate => Active == Alternate;

    public ScreenModes Modes { get; set; } = new();

    public Charsets Charsets { get; } = new();

    public Labels Labels { get; } = new();

    public Palette Palette { get; } = new();

    /// <summary>Width of the character just printed, 0 after anything else: what a combining mark joins and REP repeats.</summary>
    public int PrecedingWidth { get; set; }

    public Pen Pen
    {
        get => _pen;
        set
        {
            _pen = value;
            _penStyle = -1;
        }
    }

    /// <summary>The number of the pen's style.</summary>
    public int PenStyle
    {
        get
        {
            if (_penStyle < 0)
            {
                _penStyle = Appearance.Styles.NumberOf(_pen.Style);
            }

            return _penStyle;
        }
    }

    /// <summary>An empty cell on the pen's background: what erasing leaves.</summary>
    public Cell Erased => Cell.Of(0, 1, Appearance.Styles.NumberOf(Style.OnlyBackground(_pen.Background)));

    public int MemoryBytes =>
        Main.MemoryBytes + Alternate.MemoryBytes + Appearance.MemoryBytes + Labels.MemoryBytes + ScreenLimits.FixedBytes;

    public void ShowAlternate()
    {
        if (!IsAlternate)
        {
            Alternate.Show(Erased);
            (Alternate.X, Alternate.Y) = (Main.X, Main.Y);
            Active = Alternate;
            FitMemory();
        }
    }

    public void ShowMain()
    {
        if (IsAlternate)
        {
            (Main.X, Main.Y) = (Alternate.X, Alternate.Y);
            Alternate.Hide();
            Active = Main;
            FitMemory();
        }
    }

    public void Resize(int columns, int rows)
    {
        // The byte limit is for the new size; reflowing must not lose lines to the old one.
        Main.ScrollBack!.Limit(ScreenLimits.MemoryBytes);
        Main.Resize(columns, rows, Appearance);
        Alternate.Resize(columns, rows, Appearance);
        Appearance.Styles.SetLimit(StyleLimitFor(columns * rows));
        FitMemory();
    }

    /// <summary>Gives the scroll-back what the rest leaves of the terminal's memory.</summary>
    public void FitMemory()
    {
        var left = ScreenLimits.MemoryBytes - (MemoryBytes - Main.ScrollBack!.MemoryBytes);

        // Blocks of very long lines may be half empty.
        Main.ScrollBack.Limit(Math.Min(ScreenLimits.ScrollBackBytes, left / 2));
    }

    /// <summary>RIS. Title, palette and what the page keeps as its options (cursor visibility among them) stay, as there.</summary>
    public void Reset()
    {
        ShowMain();
        Main.Reset();
        Main.Show(Cell.Empty);
        Alternate.Reset();
        Charsets.Reset();
        Pen = default;
        PrecedingWidth = 0;
        Modes = new ScreenModes
        {
            NewLine = Modes.NewLine,
            CursorBlink = Modes.CursorBlink,
            CursorVisible = Modes.CursorVisible,
        };
    }

    private static int StyleLimitFor(int cells) =>
        Math.Clamp((ScreenLimits.MemoryBytes - ScreenLimits.FixedBytes - (cells * 16) - (320 * 1024)) / 32, 2048, 32 * 1024);
}
