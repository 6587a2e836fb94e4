using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atelier.Server.Agents.Requests;

/// <summary>Answers as they are stored: <c>{"result":…}</c> or <c>{"error":{"code","message"}}</c>.</summary>
internal static class RequestAnswer
{
    public static string Result(JsonElement result) => $"{{\"result\":{result.GetRawText()}}}";

    public static string Error(int code, string message) =>
        new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = message } }.ToJsonString();

    /// <summary>What a question gets whose turn was cancelled, or is over.</summary>
    public static string Cancelled(string what) =>
        what == AgentRequest.Permission ? """{"result":{"outcome":{"outcome":"cancelled"}}}""" : """{"result":{"action":"cancel"}}""";

    /// <summary>The permission of an option that the program offered.</summary>
    public static string Selected(string optionId) =>
        new JsonObject { ["result"] = new JsonObject { ["outcome"] = new JsonObject { ["outcome"] = "selected", ["optionId"] = optionId } } }.ToJsonString();
}
