namespace Atelier.Terminal.Cells;

/// <summary>Where the value of a <see cref="Color"/> comes from.</summary>
public enum ColorKind : byte
{
    /// <summary>The terminal's own foreground or background.</summary>
    Default = 0,

    /// <summary>One of the 16 named colours (SGR 30-37, 90-97 and their backgrounds).</summary>
    Named = 1,

    /// <summary>An entry of the 256-colour palette (SGR 38;5).</summary>
    Indexed = 2,

    /// <summary>Red, green and blue (SGR 38;2).</summary>
    Rgb = 3,
}

/// <summary>A colour as the program asked for it; what it looks like is the viewer's palette's affair.</summary>
public readonly record struct Color
{
    private readonly uint _bits;

    private Color(uint bits) => _bits = bits;

    internal uint Bits => _bits;

    public ColorKind Kind => (ColorKind)(_bits >> 24);

    /// <summary>The palette entry, or 0xRRGGBB.</summary>
    public int Value => (int)(_bits & 0xFFFFFF);

    public static Color Named(int index) => new((uint)ColorKind.Named << 24 | (uint)(index & 15));

    public static Color Indexed(int index) => new((uint)ColorKind.Indexed << 24 | (uint)(index & 255));

    public static Color Rgb(int red, int green, int blue) =>
        new((uint)ColorKind.Rgb << 24 | (uint)((red & 255) << 16 | (green & 255) << 8 | (blue & 255)));

    internal static Color FromBits(uint bits) => new(bits & 0x3FFFFFF);

    /// <summary>The nearest entry of the 6x6x6 colour cube; other kinds stay as they are.</summary>
    internal Color Coarse() => Kind is ColorKind.Rgb
        ? Indexed(16 + (36 * CubeStep(Value >> 16)) + (6 * CubeStep(Value >> 8 & 255)) + CubeStep(Value & 255))
        : this;

    private static int CubeStep(int channel) => (channel * 5 + 127) / 255;
}
