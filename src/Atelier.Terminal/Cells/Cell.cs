namespace Atelier.Terminal.Cells;

/// <summary>One place of the grid in 8 bytes.</summary>
/// <remarks>
/// Bits 0-20 hold a code point or a cluster's number, 21 says which, 22-23 the width (0 for the right half of a wide
/// character), 32-47 the style's number. A place nothing was printed at has no text and width 1.
/// </remarks>
internal readonly record struct Cell(ulong Bits)
{
    private const int WidthShift = 22;
    private const int StyleShift = 32;
    private const ulong ValueMask = 0x1FFFFF;
    private const ulong ClusterFlag = 0x200000;

    public static readonly Cell Empty = Of(0, 1, 0);

    public int Value => (int)(Bits & ValueMask);

    public bool IsCluster => (Bits & ClusterFlag) != 0;

    public bool HasText => (Bits & (ValueMask | ClusterFlag)) != 0;

    public int Width => (int)(Bits >> WidthShift) & 3;

    public int Style => (int)(Bits >> StyleShift);

    public static Cell Of(int codePoint, int width, int style) =>
        new((uint)codePoint | (ulong)(uint)width << WidthShift | (ulong)(uint)style << StyleShift);

    public static Cell OfCluster(int number, int width, int style) =>
        new((uint)number | ClusterFlag | (ulong)(uint)width << WidthShift | (ulong)(uint)style << StyleShift);

    /// <summary>What an ASCII byte is added to, to become a cell of the style.</summary>
    public static ulong AsciiBase(int style) => Of(0, 1, style).Bits;
}
