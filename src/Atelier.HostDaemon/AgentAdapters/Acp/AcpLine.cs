using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Atelier.HostDaemon.AgentAdapters.Acp;

/// <summary>Turns a line of a program into JSON that everybody after us can read and keep.</summary>
/// <remarks>
/// <code>
/// {"jsonrpc":"2.0","method":"session/update","params":{…}}    as it should be, also with \r before the \n
/// {"text":"\ud83d"}  {"text":"\u0000"}  {"text":"…\xff…"}     half a character, NUL, no UTF-8: U+FFFD instead, as no database keeps them
/// {"a":1,"a":2}                                               the last one counts, as programs in JavaScript see it
/// [[[[[…]]]]]  {"jsonrpc":"2.0",  Warning: deprecated         no JSON for us
/// </code>
/// </remarks>
internal static class AcpLine
{
    /// <summary>Deepest nesting that is read. On the way to the server and to pages more is put around it, and 64 is the most there.</summary>
    public const int MaxDepth = 48;

    private static readonly JsonDocumentOptions s_strict = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };
    private static readonly JsonDocumentOptions s_lenient = new() { MaxDepth = MaxDepth };

    /// <summary>Reads a line; the element does not refer to it afterwards. Undefined when it is no JSON.</summary>
    public static JsonElement Parse(ReadOnlySpan<byte> line)
    {
        var text = Cleaned(line);
        try
        {
            return JsonDocument.Parse(text, s_strict).RootElement;
        }
        catch (JsonException)
        {
            return ParseLenient(text);
        }
    }

    /// <summary>The line as text to show, cut to a number of bytes.</summary>
    public static string Show(ReadOnlySpan<byte> line, int maxBytes) =>
        Encoding.UTF8.GetString(line[..Math.Min(line.Length, maxBytes)]).Replace('\0', '\ufffd').TrimEnd('\r');

    private static JsonElement ParseLenient(byte[] text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, s_lenient);
            var rewritten = AcpJson.Write(writer => WriteOnce(document.RootElement, writer));
            return JsonDocument.Parse(rewritten, s_strict).RootElement;
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static void WriteOnce(JsonElement element, Utf8JsonWriter writer)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var last = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
                foreach (var property in element.EnumerateObject())
                {
                    last[property.Name] = property.Value;
                }

                writer.WriteStartObject();
                foreach (var (name, value) in last)
                {
                    writer.WritePropertyName(name);
                    WriteOnce(value, writer);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var value in element.EnumerateArray())
                {
                    WriteOnce(value, writer);
                }

                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }

    private static byte[] Cleaned(ReadOnlySpan<byte> line)
    {
        var text = Utf8.IsValid(line) ? line.ToArray() : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(line));
        ReplaceUnstorableEscapes(text);
        return text;
    }

    // In place: \ufffd is as long as what it stands for.
    private static void ReplaceUnstorableEscapes(Span<byte> text)
    {
        for (var at = 0; text[at..].IndexOf((byte)'\\') is var next and >= 0;)
        {
            at += next;
            if (EscapedUnit(text[at..]) is not { } unit)
            {
                at = Math.Min(at + 2, text.Length);
                continue;
            }

            if (char.IsHighSurrogate(unit) && EscapedUnit(text[(at + 6)..]) is { } second && char.IsLowSurrogate(second))
            {
                at += 12;
                continue;
            }

            if (unit == '\0' || char.IsSurrogate(unit))
            {
                "fffd"u8.CopyTo(text[(at + 2)..]);
            }

            at += 6;
        }
    }

    private static char? EscapedUnit(ReadOnlySpan<byte> text) =>
        text is [(byte)'\\', (byte)'u', _, _, _, _, ..]
        && Utf8Parser.TryParse(text[2..6], out ushort unit, out var length, 'x') && length == 4
            ? (char)unit
            : null;
}
