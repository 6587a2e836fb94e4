using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atelier.Server.ModelProviders.Asking;

/// <summary>Arguments of a call, as a model wrote them.</summary>
internal static class CallArguments
{
    private const int MaxDepth = 32;

    /// <summary>The arguments without what no row keeps: escapes of U+0000 and of halves of characters, which JSON can write.</summary>
    public static string Kept(string arguments)
    {
        if (!arguments.Contains("\\u", StringComparison.Ordinal))
        {
            return arguments;
        }

        var kept = new StringBuilder(arguments.Length);
        for (var at = 0; at < arguments.Length; at++)
        {
            if (arguments[at] != '\\' || at + 1 == arguments.Length)
            {
                kept.Append(arguments[at]);
            }
            else if (Unit(arguments, at) is not { } unit)
            {
                kept.Append(arguments[at]).Append(arguments[++at]); // any other escape, that of a backslash included
            }
            else if (char.IsHighSurrogate(unit) && Unit(arguments, at + 6) is { } low && char.IsLowSurrogate(low))
            {
                kept.Append(arguments, at, 12);
                at += 11;
            }
            else
            {
                kept.Append(unit == '\0' || char.IsSurrogate(unit) ? "\\ufffd" : arguments.AsSpan(at, 6));
                at += 5;
            }
        }

        return kept.ToString();
    }

    /// <summary>The character that an escape stands for; null where none begins.</summary>
    private static char? Unit(string text, int at) =>
        at + 6 <= text.Length && text[at] == '\\' && text[at + 1] == 'u' && ushort.TryParse(text.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : null;

    /// <summary>The object they are; null when they are none.</summary>
    public static JsonObject? Object(string arguments)
    {
        try
        {
            var read = JsonNode.Parse(arguments, documentOptions: new JsonDocumentOptions { MaxDepth = MaxDepth }) as JsonObject;
            return read?.Count >= 0 ? read : null; // counting reads it: names that come twice are found here
        }
        catch (Exception wrong) when (wrong is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }
}
