using Atelier.Terminal.Cells;
using Atelier.Terminal.Modes;

namespace Atelier.Terminal.Buffers;

/// <summary>What DECSC keeps. The line counts from the oldest kept line, so that it moves with the text.</summary>
internal readonly record struct SavedCursor(int X, int Line, Pen Pen, char Charset)
{
    public static readonly SavedCursor Home = new(0, 0, default, Charsets.Ascii);
}
