using System.Text;
using Atelier.Terminal.Cells;
using Atelier.Terminal.Interpretation;
using Atelier.Terminal.Modes;
using Atelier.Terminal.Parsing;
using Atelier.Terminal.Snapshots;

namespace Atelier.Terminal;

/// <summary>
/// The screen of one terminal, as it follows from its program's output: bytes in, cells and modes out.
/// </summary>
/// <remarks>
/// <para>It stands for what a viewer sees who has watched from the start, so it does what the page's terminal (xterm.js 6)
/// does, also where that differs from the standards; what xterm.js does not know is done as the standards say.</para>
/// <para>It answers no queries: exactly one terminal may answer a program, and that is the typing viewer's. It does no I/O,
/// has no clock and is not safe for threads: its owner feeds it and asks it.</para>
/// <para>A synchronized update (mode 2026) is drawn at once, and no copy of the frame before it is kept: the owner waits with
/// snapshots while <see cref="InSynchronizedUpdate"/>, and one taken nevertheless ends inside the update, so that its
/// viewer goes on waiting for the end as the others do.</para>
/// </remarks>
public sealed class Screen
{
    public const int DefaultScrollBackLines = 1000;

    private readonly TerminalState _state;
    private readonly SequenceParser _parser;
    private readonly Printer _printer;

    /// <param name="columns">Width; see <see cref="ScreenLimits.Fit"/>.</param>
    /// <param name="rows">Height; see <see cref="ScreenLimits.Fit"/>.</param>
    /// <param name="scrollBackLines">Most lines kept above the screen.</param>
    /// <param name="offset">Absolute offset of the first byte that will be fed.</param>
    public Screen(int columns, int rows, int scrollBackLines = DefaultScrollBackLines, long offset = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(scrollBackLines);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        (Columns, Rows) = ScreenLimits.Fit(columns, rows);
        ScrollBackLimit = Math.Min(scrollBackLines, ushort.MaxValue);
        _state = new TerminalState(Columns, Rows, ScrollBackLimit);
        var interpreter = new SequenceInterpreter(_state);
        _printer = interpreter.Printer;
        _parser = new SequenceParser(interpreter);
        Offset = offset;
        _parser.Reset(offset);
    }

    public int Columns { get; private set; }

    public int Rows { get; private set; }

    public int ScrollBackLimit { get; }

    /// <summary>Absolute offset of the next byte.</summary>
    public long Offset { get; private set; }

    /// <summary>Where live output goes on after a snapshot taken now: nothing after it has had an effect yet.</summary>
    public long SnapshotOffset => _parser.BoundaryOffset;

    /// <summary>Grows with every change; equal numbers mean an equal screen.</summary>
    public long ChangeCount { get; private set; }

    /// <summary>The program is in the middle of drawing and asked not to be shown.</summary>
    public bool InSynchronizedUpdate => _state.Modes.SynchronizedOutput;

    public ScreenModes Modes => _state.Modes;

    public bool IsAlternate => _state.IsAlternate;

    public string Title => _state.Labels.Title;

    public string IconName => _state.Labels.IconName;

    /// <summary>A file URL (OSC 7), or empty.</summary>
    public string WorkingDirectory => _state.Labels.WorkingDirectory;

    /// <summary>Flags of the kitty keyboard protocol in force.</summary>
    public int KeyboardFlags => _state.Active.Keyboard.Flags;

    /// <summary>Column and row from 0; the column is <see cref="Columns"/> while a wrap is pending.</summary>
    public (int Column, int Row) Cursor => (Math.Min(_state.Active.X, Columns), _state.Active.Y);

    public bool IsWrapPending => _state.Active.X >= Columns || _state.Active.IsWrapPendingAtMargin;

    /// <summary>First and last rows and columns of the scroll region, from 0.</summary>
    public (int Top, int Bottom, int Left, int Right) Margins =>
        (_state.Active.Top, _state.Active.Bottom, _state.Active.Left, _state.Active.Right);

    public int ScrollBackCount => _state.Main.ScrollBack!.Count;

    /// <summary>What it occupies, by its own account.</summary>
    public int MemoryBytes => _state.MemoryBytes;

    /// <summary>The screen's text, row by row, without trailing blanks.</summary>
    public string PlainText
    {
        get
        {
            var text = new StringBuilder(Rows * 32);
            for (var row = 0; row < Rows; row++)
            {
                AppendText(text, _state.Active[row]);
                text.Append('\n');
            }

            return text.ToString();
        }
    }

    internal TerminalState State => _state;

    internal string UnfinishedSequence => _parser.Unfinished;

    /// <summary>Takes the program's next output.</summary>
    public void Feed(ReadOnlySpan<byte> output)
    {
        if (output.IsEmpty)
        {
            return;
        }

        ChangeCount++;
        var skipped = SkipFlood(output);
        _parser.Parse(output[skipped..], Offset + skipped);
        Offset += output.Length;
        _state.FitMemory();
    }

    /// <summary>Changes the size at the present offset.</summary>
    public void Resize(int columns, int rows)
    {
        (columns, rows) = ScreenLimits.Fit(columns, rows);
        if ((columns, rows) == (Columns, Rows))
        {
            return;
        }

        ChangeCount++;
        _state.Resize(columns, rows);
        _printer.EndRun();
        (Columns, Rows) = (columns, rows);
    }

    /// <summary>Goes on at another offset, because the bytes up to it are lost; an unfinished sequence is forgotten.</summary>
    public void ContinueAt(long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        _parser.Reset(offset);
        Offset = offset;
    }

    /// <summary>Says which offset the state is at, unfinished sequences included.</summary>
    internal void ContinueFrom(long offset)
    {
        Offset = offset;
        _parser.MoveTo(offset);
    }

    /// <summary>The cells of a row of the screen, from 0.</summary>
    public IReadOnlyList<ScreenCell> ReadRow(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
        return CellsOf(_state.Active[row]);
    }

    /// <summary>The kept lines above the main screen, oldest first.</summary>
    public IEnumerable<IReadOnlyList<ScreenCell>> ReadScrollBack() => _state.Main.ScrollBack!.Read(Columns).Select(CellsOf);

    /// <summary>A colour the program set: palette entry, or null for the viewer's own.</summary>
    public int? PaletteColor(int index) => _state.Palette.Indexed.TryGetValue(index, out var color) ? color : null;

    /// <summary>Foreground (10), background (11) or cursor colour (12) the program set.</summary>
    public int? SpecialColor(int command) =>
        command is >= 10 and <= 12 ? _state.Palette.Special(command) : throw new ArgumentOutOfRangeException(nameof(command));

    /// <summary>
    /// Text which, written to a fresh xterm.js of the same size, gives it this screen; the output from
    /// <see cref="SnapshotOffset"/> on follows it.
    /// </summary>
    /// <param name="scrollBackLines">Most lines above the screen to include.</param>
    public string Snapshot(int scrollBackLines = int.MaxValue) => new SnapshotWriter(this).Write(scrollBackLines);

    /// <summary>A number that differs when the visible text does (almost surely); colours and the cursor do not count.</summary>
    public ulong TextHash()
    {
        var hash = 14695981039346656037UL;
        for (var row = 0; row < Rows; row++)
        {
            foreach (var cell in _state.Active[row].Cells)
            {
                hash = Mixed(hash, cell.IsCluster ? 0 : (uint)cell.Value);
                foreach (var unit in cell.IsCluster ? _state.Appearance.TextOf(cell) : "")
                {
                    hash = Mixed(hash, unit);
                }
            }
        }

        return hash;

        static ulong Mixed(ulong hash, uint value)
        {
            hash = (hash ^ value) * 1099511628211UL;
            return hash ^ hash >> 29;
        }
    }

    // Exact where each line feed at the bottom moves the whole screen; then nothing of the skipped lines is left.
    private int SkipFlood(ReadOnlySpan<byte> output)
    {
        const int WorthLooking = 32 * 1024;
        var buffer = _state.Active;
        if (output.Length < WorthLooking || !_parser.IsAtBoundary || buffer.HasMargins || _state.Modes.Origin)
        {
            return 0;
        }

        var kept = _state.IsAlternate ? 0 : ScrollBackLimit;
        var skipped = PlainFlood.Skippable(output, kept + (2 * Rows));
        if (skipped > 0)
        {
            buffer.AssumeScrolled();
            (buffer.X, buffer.Y) = (0, buffer.Bottom);
            _state.PrecedingWidth = 0;
            _parser.Reset(Offset + skipped);
        }

        return skipped;
    }

    private void AppendText(StringBuilder text, Row row)
    {
        var blanks = 0;
        for (var column = 0; column < Columns; column++)
        {
            var cell = row[column];
            if (!cell.HasText || cell is { IsCluster: false, Value: ' ' })
            {
                blanks += Math.Min(cell.Width, 1);
                continue;
            }

            text.Append(' ', blanks).Append(_state.Appearance.TextOf(cell));
            blanks = 0;
        }
    }

    private ScreenCell[] CellsOf(Row row)
    {
        var cells = new ScreenCell[Columns];
        for (var column = 0; column < Columns; column++)
        {
            var cell = row[column];
            var style = _state.Appearance.Styles[cell.Style];
            cells[column] = new ScreenCell(
                _state.Appearance.TextOf(cell), cell.Width, style, style.Link == 0 ? null : _state.Appearance.Links[style.Link]);
        }

        return cells;
    }
}
