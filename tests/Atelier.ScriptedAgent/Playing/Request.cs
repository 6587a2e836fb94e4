using System.Text.Json.Nodes;

namespace Atelier.AgentScripts.Playing;

/// <summary>A request of the client while it is being worked on.</summary>
internal sealed class Request(JsonObject message, Output output)
{
    public string Method { get; } = (string?)message["method"] ?? "";

    public JsonObject Parameters { get; } = message["params"] as JsonObject ?? [];

    public string IdText { get; } = message["id"]?.ToJsonString() ?? "null";

    /// <summary>The conversation it is about; null when there is none, or the program knows none of that id.</summary>
    public Conversation? Conversation { get; set; }

    /// <summary>Cancelled by <c>session/cancel</c> and <c>$/cancel_request</c>.</summary>
    public CancellationTokenSource Cancelling { get; set; } = new();

    /// <summary>Called before the first answer leaves: a client that has it may ask the next thing at once.</summary>
    public Action? OnAnswer { get; set; }

    public bool IsAnswered { get; private set; }

    public void Answer(JsonNode result) => Send("result", result);

    public void Fail(int code, string text, JsonNode? details = null)
    {
        var error = new JsonObject { ["code"] = code, ["message"] = text };
        if (details is not null)
        {
            error["data"] = details.DeepClone();
        }

        Send("error", error);
    }

    private void Send(string member, JsonNode content)
    {
        if (!IsAnswered)
        {
            IsAnswered = true;
            OnAnswer?.Invoke();
        }

        output.Send(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = message["id"]?.DeepClone(), [member] = content });
    }
}
