using System.Globalization;

namespace Atelier.Terminal.Modes;

/// <summary>The colours a program put in the place of the viewer's own (OSC 4, 10, 11, 12), as 0xRRGGBB.</summary>
internal sealed class Palette
{
    private const int Entries = 256;
    private const int FirstSpecial = 10;

    private readonly SortedDictionary<int, int> _indexed = [];
    private readonly int?[] _special = new int?[3];

    public IReadOnlyDictionary<int, int> Indexed => _indexed;

    /// <summary>Foreground (10), background (11) or cursor (12), by the number of its command.</summary>
    public int? Special(int command) => _special[command - FirstSpecial];

    public void SetIndexed(int index, string specification)
    {
        if (index is >= 0 and < Entries && ParseColor(specification) is { } color)
        {
            _indexed[index] = color;
        }
    }

    public void SetSpecial(int command, string specification)
    {
        if (command - FirstSpecial < _special.Length && ParseColor(specification) is { } color)
        {
            _special[command - FirstSpecial] = color;
        }
    }

    public void ResetIndexed(int index) => _indexed.Remove(index);

    public void ResetAllIndexed() => _indexed.Clear();

    public void ResetSpecial(int command) => _special[command - FirstSpecial] = null;

    /// <summary>XParseColor's forms that programs use: <c>rgb:f/80/ffff</c> (1 to 4 digits each) and <c>#rgb</c> to <c>#rrrrggggbbbb</c>.</summary>
    internal static int? ParseColor(string specification)
    {
        if (specification.StartsWith("rgb:", StringComparison.OrdinalIgnoreCase))
        {
            var parts = specification[4..].Split('/');
            return parts.Length == 3 && parts.All(part => part.Length == parts[0].Length)
                ? Combine(Scaled(parts[0]), Scaled(parts[1]), Scaled(parts[2]))
                : null;
        }

        if (specification.StartsWith('#') && specification.Length is 4 or 7 or 10 or 13)
        {
            var digits = (specification.Length - 1) / 3;
            return Combine(Leading(1), Leading(1 + digits), Leading(1 + digits + digits));

            int? Leading(int from) => Hexadecimal(specification.AsSpan(from, digits)) is { } value
                ? digits == 1 ? value << 4 : value >> (4 * (digits - 2))
                : null;
        }

        return null;
    }

    private static int? Scaled(string digits) => Hexadecimal(digits) is { } value
        ? (int)Math.Round(value * 255.0 / ((1 << (4 * digits.Length)) - 1), MidpointRounding.AwayFromZero)
        : null;

    private static int? Hexadecimal(ReadOnlySpan<char> digits) =>
        digits.Length is >= 1 and <= 4 && int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;

    private static int? Combine(int? red, int? green, int? blue) => red << 16 | green << 8 | blue;
}
