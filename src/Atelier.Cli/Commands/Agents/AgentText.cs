using System.Text.Json;
using Atelier.Client.Agents;

namespace Atelier.Cli.Commands.Agents;

/// <summary>What programs say, in lines for people.</summary>
internal static class AgentText
{
    private const int InList = 60;

    /// <summary>A text as a list shows it, on one line.</summary>
    public static string Shortened(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= InList ? line : $"{line[..(InList - 1)]}…";
    }

    /// <summary>A question with what can be answered.</summary>
    /// <param name="request">The question.</param>
    /// <param name="item">The id by which it is answered; its own when null.</param>
    public static string Question(AgentRequest request, string? item = null)
    {
        var title = Of(request.Payload, "toolCall", "title") ?? Of(request.Payload, "message") ?? "it asks something";
        var answers = request.Payload.TryGetProperty("options", out var options) && options.ValueKind == JsonValueKind.Array
            ? string.Join(" | ", options.EnumerateArray().Select(option => $"{Of(option, "kind")} ({Of(option, "name")})"))
            : "--action accept | decline | cancel";
        return $"? {title}\n  atelier inbox answer {item ?? request.Id} {answers}";
    }

    /// <summary>A tool call in one line; null when nothing of it is to be shown.</summary>
    public static string? ToolCall(JsonElement payload)
    {
        var status = Of(payload, "status");
        return Of(payload, "title") is { } title && status is not "completed" ? $"· {title}"
            : status is "failed" ? $"✕ {Of(payload, "toolCallId")} failed"
            : null;
    }

    /// <summary>The text of a content block.</summary>
    public static string Content(JsonElement payload) => Of(payload, "content", "text") ?? "";

    /// <summary>A text at a path in an object; null when there is none.</summary>
    public static string? Of(JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return null;
            }
        }

        return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
    }
}
