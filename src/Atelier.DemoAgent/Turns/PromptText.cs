using System.Text;
using System.Text.Json;

namespace Atelier.DemoAgent.Turns;

/// <summary>What a prompt asks for, in words.</summary>
/// <param name="Text">Its text, trimmed.</param>
/// <param name="Attached">Addresses of what came with it.</param>
internal sealed record PromptText(string Text, IReadOnlyList<string> Attached)
{
    private const int LongestTitle = 60;
    private const int LongestSlug = 40;

    /// <summary>Reads content blocks; those that it does not know have no words.</summary>
    public static PromptText Of(IReadOnlyList<JsonElement> blocks)
    {
        var texts = blocks.Where(block => TextOf(block, "type") == "text").Select(block => TextOf(block, "text") ?? "");
        var addresses = blocks.Select(block => TextOf(block, "type") switch
        {
            "resource_link" => TextOf(block, "uri"),
            "resource" when block.TryGetProperty("resource", out var resource) => TextOf(resource, "uri"),
            _ => null,
        });
        return new PromptText(string.Join('\n', texts).Trim(), [.. addresses.OfType<string>()]);
    }

    /// <summary>Its first line, short.</summary>
    public string Title
    {
        get
        {
            var line = Text.Split('\n', 2)[0].Trim();
            return line.Length == 0 ? "A request without words" : line.EnumerateRunes().Count() <= LongestTitle
                ? line
                : $"{string.Concat(line.EnumerateRunes().Take(LongestTitle - 1)).TrimEnd()}…";
        }
    }

    /// <summary>Its beginning as a part of a file's name.</summary>
    public string Slug
    {
        get
        {
            var slug = new StringBuilder();
            foreach (var letter in Text.ToLowerInvariant())
            {
                if (slug.Length >= LongestSlug)
                {
                    break;
                }

                if (char.IsAsciiLetterOrDigit(letter) || (letter > 127 && char.IsLetterOrDigit(letter)))
                {
                    slug.Append(letter);
                }
                else if (slug.Length > 0 && slug[^1] != '-')
                {
                    slug.Append('-');
                }
            }

            return slug.ToString().Trim('-') is { Length: > 0 } words ? words : "request";
        }
    }

    /// <summary>Whether a word stands in it, also as a command with a slash.</summary>
    public bool Has(params ReadOnlySpan<string> words)
    {
        var said = Text.ToLowerInvariant().Split([' ', '\n', '\t', '.', ',', '!', '?', '/'], StringSplitOptions.RemoveEmptyEntries);
        foreach (var word in words)
        {
            if (said.Contains(word, StringComparer.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static string? TextOf(JsonElement block, string name)
    {
        try
        {
            return block.ValueKind == JsonValueKind.Object && block.TryGetProperty(name, out var value)
                && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;   // "\ud800" is JSON, but no text
        }
    }
}
