using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Atelier.Server.Agents;

/// <summary>Texts of programs, which say what they like, as rows can keep them.</summary>
internal static class JsonTexts
{
    /// <summary>The text of a JSON string; null for anything else. Half a character, which JSON can write and .NET cannot read, stays as it is written.</summary>
    public static string? Text(this JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return value.Json().Trim('"');
        }
    }

    /// <summary>The value as it was written; bytes that are no text are replaced.</summary>
    public static string Json(this JsonElement value) =>
        value.ValueKind == JsonValueKind.Undefined ? "null" : Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(value));

    /// <summary>A member of a JSON object; null when it has none of that name, or the value is no object.</summary>
    public static JsonElement? Member(this JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) ? member : null;

    /// <summary>The text without what a row cannot keep: the zero character, and halves of characters.</summary>
    public static string Kept(this string text)
    {
        if (IsKept(text))
        {
            return text;
        }

        var kept = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) // half a character is given as U+FFFD
        {
            kept.Append(rune.Value == 0 ? Rune.ReplacementChar : rune);
        }

        return kept.ToString();
    }

    /// <summary>Whether a row can keep the text as it is.</summary>
    public static bool IsKept(string text)
    {
        var at = 0;
        while (at < text.Length && Rune.TryGetRuneAt(text, at, out var rune) && rune.Value != 0)
        {
            at += rune.Utf16SequenceLength;
        }

        return at == text.Length;
    }

    /// <summary>The beginning of a text, cut between characters.</summary>
    public static string Beginning(this string text, int most) =>
        text.Length <= most ? text : text[..(most > 0 && char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];

    /// <summary>The end of a text, cut between characters.</summary>
    public static string Ending(this string text, int most) =>
        text.Length <= most ? text : most == 0 ? "" : text[(char.IsLowSurrogate(text[^most]) ? text.Length - most + 1 : text.Length - most)..];
}
