using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.Protocol.JsonRpc;

namespace Atelier.Server.Agents.Requests;

/// <summary>Answers as they are stored: <c>{"result":…}</c> or <c>{"error":{"code","message"}}</c>; pure.</summary>
internal static class RequestAnswer
{
    private const int MaxContentDepth = 32;

    public static string Error(int code, string message) =>
        new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = message } }.ToJsonString();

    /// <summary>What a question gets whose turn was cancelled, or is over.</summary>
    public static string Cancelled(string what) => what switch
    {
        AgentRequest.Permission => """{"result":{"outcome":{"outcome":"cancelled"}}}""",
        AgentRequest.Question => Action("cancel"),
        _ => Error(JsonRpcErrorCodes.Cancelled, "The turn was cancelled."),
    };

    /// <summary>What a question gets that nobody answered in time: no, this once, where it offers that.</summary>
    public static string Expired(AgentRequest request) =>
        (request.What == AgentRequest.Permission ? Chosen(request.Payload, optionId: null, "reject_once") : null) ?? Cancelled(request.What);

    /// <summary>A result that is JSON already.</summary>
    public static string Result(string json) => $$"""{"result":{{json}}}""";

    /// <summary>decline or cancel.</summary>
    public static string Action(string action) => Result(new JsonObject { ["action"] = action });

    /// <summary>What a person has filled in; null when it is no form's content.</summary>
    public static string? Accepted(JsonElement? content)
    {
        try
        {
            return Result(new JsonObject
            {
                ["action"] = "accept",
                ["content"] = content is { } given ? JsonNode.Parse(given.Json(), documentOptions: new JsonDocumentOptions { MaxDepth = MaxContentDepth }) : new JsonObject(),
            });
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The option of a permission that is meant by its id, or else by its kind; null when it does not offer that.</summary>
    public static string? Chosen(string payload, string? optionId, string? kind)
    {
        using var offered = JsonDocument.Parse(payload);
        if (offered.RootElement.Member("options") is not { ValueKind: JsonValueKind.Array } options)
        {
            return null;
        }

        var chosen = options.EnumerateArray().Select(option => (Id: option.Member("optionId")?.Text(), Kind: option.Member("kind")?.Text()))
            .FirstOrDefault(option => option.Id is not null && (optionId is not null ? option.Id == optionId : kind is not null && option.Kind == kind)).Id;
        return chosen is null ? null : Result(new JsonObject { ["outcome"] = new JsonObject { ["outcome"] = "selected", ["optionId"] = chosen } });
    }

    /// <summary>The kind of an option of a permission; null when it does not offer that, or the option has none.</summary>
    public static string? KindOf(string payload, string optionId)
    {
        using var offered = JsonDocument.Parse(payload);
        return offered.RootElement.Member("options") is { ValueKind: JsonValueKind.Array } options
            ? options.EnumerateArray().FirstOrDefault(option => option.Member("optionId")?.Text() == optionId).Member("kind")?.Text()
            : null;
    }

    private static string Result(JsonObject result) => new JsonObject { ["result"] = result }.ToJsonString();
}
