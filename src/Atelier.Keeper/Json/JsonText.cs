using System.Globalization;
using System.Text;

namespace Atelier.Keeper.Json;

/// <summary>Reads one JSON text (RFC 8259) into strings, doubles, booleans, null, lists and dictionaries.</summary>
/// <remarks>
/// Our own, because System.Text.Json costs a process more than three mebibytes before its first byte is read, and there is a keeper for every
/// terminal. Numbers are those of our messages: whole, and below 2^53. What is read is small (a launch line, a control frame) and its depth is bounded.
/// </remarks>
internal ref struct JsonText
{
    private const int MaxDepth = 8;

    private readonly ReadOnlySpan<byte> _text;
    private int _at;

    private JsonText(ReadOnlySpan<byte> text) => _text = text;

    private readonly byte Here => _at < _text.Length ? _text[_at] : (byte)0;

    /// <exception cref="FormatException">It is no JSON.</exception>
    public static object? Parse(ReadOnlySpan<byte> utf8)
    {
        var text = new JsonText(utf8);
        var value = text.ReadValue(MaxDepth);
        text.SkipBlanks();
        return text._at == utf8.Length ? value : throw text.Unexpected();
    }

    private object? ReadValue(int depth)
    {
        SkipBlanks();
        return depth == 0 ? throw Unexpected() : Here switch
        {
            (byte)'{' => ReadObject(depth),
            (byte)'[' => ReadList(depth),
            (byte)'"' => ReadString(),
            (byte)'t' => ReadWord("true"u8, true),
            (byte)'f' => ReadWord("false"u8, false),
            (byte)'n' => ReadWord("null"u8, null),
            _ => ReadNumber(),
        };
    }

    private Dictionary<string, object?> ReadObject(int depth)
    {
        var members = new Dictionary<string, object?>();
        _at++;
        SkipBlanks();
        while (Here != '}')
        {
            var name = Here == '"' ? ReadString() : throw Unexpected();
            Take((byte)':');
            members[name] = ReadValue(depth - 1);
            TakeCommaOr((byte)'}');
        }

        _at++;
        return members;
    }

    private List<object?> ReadList(int depth)
    {
        var values = new List<object?>();
        _at++;
        SkipBlanks();
        while (Here != ']')
        {
            values.Add(ReadValue(depth - 1));
            TakeCommaOr((byte)']');
        }

        _at++;
        return values;
    }

    private string ReadString()
    {
        var start = ++_at;
        var rest = _text[start..];
        var end = rest.IndexOfAny((byte)'"', (byte)'\\');
        if (end >= 0 && rest[end] == '"')
        {
            _at += end + 1;
            return Decode(rest[..end]);
        }

        var text = new StringBuilder();
        while (Here != '"')
        {
            var plain = _text[_at..].IndexOfAny((byte)'"', (byte)'\\');
            if (plain < 0)
            {
                throw Unexpected();
            }

            text.Append(Decode(_text.Slice(_at, plain)));
            _at += plain;
            if (Here == '\\')
            {
                _at++;
                text.Append(ReadEscape());
            }
        }

        _at++;
        return text.ToString();
    }

    private readonly string Decode(ReadOnlySpan<byte> utf8)
    {
        foreach (var value in utf8)
        {
            if (value < ' ')
            {
                throw Unexpected();
            }
        }

        return Encoding.UTF8.GetString(utf8);
    }

    private char ReadEscape()
    {
        var escaped = Here;
        _at++;
        switch (escaped)
        {
            case (byte)'b':
                return '\b';
            case (byte)'f':
                return '\f';
            case (byte)'n':
                return '\n';
            case (byte)'r':
                return '\r';
            case (byte)'t':
                return '\t';
            case (byte)'"' or (byte)'\\' or (byte)'/':
                return (char)escaped;
            case (byte)'u' when _at + 4 <= _text.Length
                && ushort.TryParse(_text.Slice(_at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit):
                _at += 4;
                return (char)unit;
            default:
                throw Unexpected();
        }
    }

    private double ReadNumber()
    {
        var start = _at;
        while (Here is >= (byte)'0' and <= (byte)'9' or (byte)'-' or (byte)'+' or (byte)'.' or (byte)'e' or (byte)'E')
        {
            _at++;
        }

        return double.TryParse(_text[start.._at], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw Unexpected();
    }

    private object? ReadWord(ReadOnlySpan<byte> word, object? value)
    {
        if (!_text[_at..].StartsWith(word))
        {
            throw Unexpected();
        }

        _at += word.Length;
        return value;
    }

    private void Take(byte expected)
    {
        SkipBlanks();
        if (Here != expected)
        {
            throw Unexpected();
        }

        _at++;
    }

    private void TakeCommaOr(byte end)
    {
        SkipBlanks();
        if (Here == end)
        {
            return;
        }

        Take((byte)',');
        SkipBlanks();
        if (Here == end)
        {
            throw Unexpected();
        }
    }

    private void SkipBlanks()
    {
        while (Here is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            _at++;
        }
    }

    private readonly FormatException Unexpected() => new($"it is no JSON at byte {_at}");
}
