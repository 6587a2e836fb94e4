using System.Text.Json;
using Atelier.Server.Agents.Effects;

namespace Atelier.Server.Agents.Requests;

/// <summary>A person's answer to a question of a program, wherever it was given.</summary>
/// <param name="OptionId">Which of the options of a permission.</param>
/// <param name="Decision">allow_once, allow_always, reject_once or reject_always: the option of that kind.</param>
/// <param name="Action">accept, decline or cancel: what becomes of a question.</param>
/// <param name="Content">What is filled in when a question is accepted.</param>
internal sealed record GivenAnswer(string? OptionId = null, string? Decision = null, string? Action = null, JsonElement? Content = null)
{
    /// <summary>What an answer to a question is, for whoever gave none.</summary>
    public static string Wanted(AgentRequest request) => request.What == AgentRequest.Permission
        ? "Say optionId, one of the options that are offered, decision, one of their kinds, or action: cancel."
        : "Say action: accept (with content, not too deep), decline or cancel.";

    /// <summary>The answer as it goes out; null when it is none to that question.</summary>
    public string? To(AgentRequest request) => request.What == AgentRequest.Permission
        ? Action == "cancel" ? RequestAnswer.Cancelled(request.What) : RequestAnswer.Chosen(request.Payload, OptionId, Decision)
        : Action switch
        {
            "accept" when EffectRules.TextIn(request, "mode") == "url" => RequestAnswer.Action("accept"), // what was done there is between the person and that address
            "accept" => RequestAnswer.Accepted(Content),
            "decline" or "cancel" => RequestAnswer.Action(Action),
            _ => null,
        };
}
