using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Atelier.Terminal.Parsing;

/// <summary>Finds out that bytes are nothing but text, so that only their last lines matter.</summary>
internal static class PlainFlood
{
    private static readonly SearchValues<byte> s_plain = SearchValues.Create(
        [0x09, 0x0A, 0x0D, .. Enumerable.Range(0x20, 0x5F).Select(value => (byte)value), .. Enumerable.Range(0x80, 0x80).Select(value => (byte)value)]);

    /// <summary>
    /// How many leading bytes can be left out: they are printable characters, CR, LF and TAB, end with CR LF, and are followed
    /// by at least <paramref name="lineFeeds"/> line feeds in more of the same. 0 when there is nothing to gain.
    /// </summary>
    public static int Skippable(ReadOnlySpan<byte> bytes, int lineFeeds)
    {
        var length = bytes.IndexOfAnyExcept(s_plain);
        var plain = length < 0 ? bytes : bytes[..length];
        var start = plain.Length;
        for (var count = 0; count <= lineFeeds; count++)
        {
            start = plain[..start].LastIndexOf((byte)'\n');
            if (start <= 0)
            {
                return 0;
            }
        }

        start = plain[..(start + 1)].LastIndexOf("\r\n"u8) + 2;
        return start > 2 && IsPrintable(plain[..start]) ? start : 0;
    }

    private static bool IsPrintable(ReadOnlySpan<byte> bytes)
    {
        if (Ascii.IsValid(bytes))
        {
            return true;
        }

        if (!Utf8.IsValid(bytes))
        {
            return false;
        }

        // U+0080 to U+009F are controls.
        for (var at = bytes.IndexOf((byte)0xC2); at >= 0;)
        {
            if (bytes[at + 1] < 0xA0)
            {
                return false;
            }

            var next = bytes[(at + 1)..].IndexOf((byte)0xC2);
            at = next < 0 ? -1 : at + 1 + next;
        }

        return true;
    }
}
