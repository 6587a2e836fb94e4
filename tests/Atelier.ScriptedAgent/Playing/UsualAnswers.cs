using System.Text.Json.Nodes;
using Atelier.AgentScripts.Scripts;

namespace Atelier.AgentScripts.Playing;

/// <summary>What an agent of good manners answers, and what it refuses.</summary>
internal sealed class UsualAnswers(AgentFolder folder, Script script)
{
    /// <summary>The one refusal that no script can take back.</summary>
    public const int TurnInFlight = -32600;

    private const int UnknownMethod = -32601;
    private const int LoginNeeded = -32000;
    private const int NotFound = -32002;

    private bool _isLoggedIn = !script.NeedsLogin;

    /// <summary>Opens the conversation that the request is about, in the order in which requests came; null when all is well.</summary>
    public (int Code, string Message)? Begin(Request request)
    {
        switch (request.Method)
        {
            case "initialize" or "authenticate":
                return null;
            case "session/load" when !Flag(script.Abilities, "loadSession"):
            case "session/resume" when !IsAble("resume"):
            case "session/list" when !IsAble("list"):
            case "session/close" when !IsAble("close"):
                return (UnknownMethod, $"This agent has no {request.Method}.");
            case "session/new" or "session/load" or "session/resume" or "session/list" when !_isLoggedIn && !File.Exists(script.LoginFile):
                return (LoginNeeded, "Authentication required");
            case "session/list":
                return null;
            case "session/new":
                request.Conversation = Conversation.New(folder, request.Parameters);
                return null;
            default:
                return null;
        }
    }

    /// <summary>What is wrong with a request about a conversation; null when nothing is.</summary>
    public static (int Code, string Message)? BeginTurn(Request request)
    {
        if (request.Method != "session/prompt" || request.Conversation is not { } conversation)
        {
            return request.Conversation is null ? (NotFound, "There is no such conversation.") : null;
        }

        if (conversation.BeginTurn() is not { } cancelling)
        {
            return (TurnInFlight, "A turn of that conversation is in flight.");
        }

        request.Cancelling = cancelling;
        request.OnAnswer = conversation.EndTurn;
        foreach (var block in request.Parameters["prompt"] as JsonArray ?? [])
        {
            conversation.Keep(new JsonObject { ["sessionUpdate"] = "user_message_chunk", ["content"] = block?.DeepClone() });
        }

        return null;
    }

    /// <summary>The usual answer; null to a method that is not known.</summary>
    public JsonObject? For(Request request)
    {
        switch (request.Method)
        {
            case "initialize":
                return new JsonObject
                {
                    ["protocolVersion"] = 1,
                    ["agentCapabilities"] = script.Abilities.DeepClone(),
                    ["agentInfo"] = new JsonObject { ["name"] = "scripted-agent", ["version"] = "1" },
                    ["authMethods"] = script.LoginMethods is { } offered ? offered.DeepClone() : script.NeedsLogin ? new JsonArray(new JsonObject { ["id"] = "login", ["name"] = "Log in" }) : [],
                };
            case "authenticate":
                _isLoggedIn = true;
                return [];
            case "session/new":
                return Opened(new JsonObject { ["sessionId"] = request.Conversation!.Id }); // Begin made it
            case "session/load" or "session/resume":
                return Opened([]);
            case "session/list":
                return new JsonObject { ["sessions"] = Conversation.List(folder) };
            case "session/prompt":
                return new JsonObject { ["stopReason"] = request.Cancelling.IsCancellationRequested ? "cancelled" : "end_turn" };
            case "session/set_config_option":
                return new JsonObject { ["configOptions"] = script.Options?.DeepClone() ?? new JsonArray() };
            case "session/close" or "session/set_mode":
                return [];
            default:
                return null;
        }
    }

    private JsonObject Opened(JsonObject answer)
    {
        if (script.Modes is not null)
        {
            answer["modes"] = script.Modes.DeepClone();
        }

        if (script.Options is not null)
        {
            answer["configOptions"] = script.Options.DeepClone();
        }

        return answer;
    }

    private bool IsAble(string name) => (script.Abilities["sessionCapabilities"] as JsonObject)?[name] is JsonObject;

    private static bool Flag(JsonObject of, string name) => of[name] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;
}
