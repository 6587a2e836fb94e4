using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents.WorkSessions;

namespace Atelier.Server.Agents.Turns;

/// <summary>Transitions are in docs/states.md.</summary>
internal enum TurnState
{
    Queued,

    /// <summary>On its way to the program, which has not said anything to it.</summary>
    Sent,

    Running,
    Done,
    Failed,
    Cancelled,
}

/// <summary>One prompt, and what became of it.</summary>
internal sealed record Turn
{
    public required TurnId Id { get; init; }

    public required WorkSessionId WorkSessionId { get; init; }

    /// <summary>Order of the queue and of the conversation.</summary>
    public required long Position { get; init; }

    /// <summary>Content blocks of the prompt, as JSON.</summary>
    public required string Content { get; init; }

    public TurnState State { get; init; }

    /// <summary>Which try it is, from 1.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>The client's name for this prompt; null when it gave none.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Who asked; null when no person did.</summary>
    public UserId? CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? DispatchedAt { get; init; }

    public DateTimeOffset? LastEventAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public DateTimeOffset? CancelRequestedAt { get; init; }

    public bool IsCancelSent { get; init; }

    /// <summary>The process that has the prompt; null while it is queued.</summary>
    public int? Epoch { get; init; }

    /// <summary>Number of the command; null while it is queued.</summary>
    public long? Sequence { get; init; }

    public string? StopReason { get; init; }

    /// <summary>Why it failed, in words.</summary>
    public string? Problem { get; init; }

    public bool IsInFlight => State is TurnState.Sent or TurnState.Running;

    public bool IsOver => State is TurnState.Done or TurnState.Failed or TurnState.Cancelled;

    /// <summary>Whether the program would have none of it: its model does not see it again.</summary>
    public bool IsRefused => StopReason == "refusal";

    /// <summary>Whether it was cancelled before it was sent.</summary>
    public bool IsTakenBack => State == TurnState.Cancelled && DispatchedAt is null;

    /// <summary>This attempt's own id, never used again.</summary>
    public string RequestId => $"{Id}.{Attempt}";

    /// <summary>The prompt's text, without what is not text.</summary>
    public string Text => PromptContent.TextOf(Content);

    public Turn Finished(TurnState state, string? stopReason, string? problem, DateTimeOffset now) =>
        this with { State = state, StopReason = stopReason, Problem = problem, FinishedAt = now };

    /// <summary>To be sent under the same request: the program has not got it.</summary>
    public Turn NotDelivered() => this with { State = TurnState.Queued, DispatchedAt = null, LastEventAt = null, IsCancelSent = false, Epoch = null, Sequence = null };

    /// <summary>To be tried once more, from the start.</summary>
    public Turn Again(long position) => this with
    {
        State = TurnState.Queued,
        Attempt = Attempt + 1,
        Position = position,
        DispatchedAt = null,
        LastEventAt = null,
        FinishedAt = null,
        CancelRequestedAt = null,
        IsCancelSent = false,
        Epoch = null,
        Sequence = null,
        StopReason = null,
        Problem = null,
    };
}

/// <summary>Content blocks of a prompt, as ACP and MCP have them.</summary>
internal static class PromptContent
{
    public static string Of(string text, IReadOnlyList<PromptImage> images)
    {
        var blocks = new JsonArray(Text(text));
        foreach (var image in images)
        {
            blocks.Add(new JsonObject { ["type"] = "image", ["mimeType"] = image.MimeType, ["data"] = image.Data });
        }

        return blocks.ToJsonString();
    }

    /// <summary>The content with a text before it.</summary>
    public static string After(string text, string content)
    {
        var blocks = new JsonArray(Text(text));
        foreach (var block in JsonNode.Parse(content)?.AsArray() ?? [])
        {
            blocks.Add(block?.DeepClone());
        }

        return blocks.ToJsonString();
    }

    public static string TextOf(string content)
    {
        using var blocks = JsonDocument.Parse(content);
        return string.Join('\n', blocks.RootElement.EnumerateArray()
            .Select(block => block.ValueKind == JsonValueKind.Object && block.TryGetProperty("text", out var text) ? text.Text() : null)
            .OfType<string>());
    }

    /// <summary>How many images a prompt has.</summary>
    public static int ImagesIn(string content)
    {
        if (!content.Contains("\"image\"", StringComparison.Ordinal))
        {
            return 0; // most have none, and one with some may be long
        }

        using var blocks = JsonDocument.Parse(content);
        return blocks.RootElement.EnumerateArray().Count(IsImage);
    }

    /// <summary>An image of a prompt, counted from 0; null when it has none there.</summary>
    public static PromptImage? ImageAt(string content, int index)
    {
        using var blocks = JsonDocument.Parse(content);
        var image = blocks.RootElement.EnumerateArray().Where(IsImage).ElementAtOrDefault(index);
        return image.Member("mimeType")?.Text() is { } type && image.Member("data")?.Text() is { } data ? new PromptImage(type, data) : null;
    }

    private static bool IsImage(JsonElement block) => block.Member("type")?.Text() == "image";

    private static JsonObject Text(string text) => new() { ["type"] = "text", ["text"] = text };
}

/// <summary>An image of a prompt.</summary>
/// <param name="MimeType">image/png and the like.</param>
/// <param name="Data">Base64.</param>
internal sealed record PromptImage(string MimeType, string Data);
