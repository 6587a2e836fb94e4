using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Atelier.AgentScripts;

/// <summary>One line of a transcript.</summary>
/// <param name="Number">Counts from 1 without gaps, in each run.</param>
/// <param name="Run">Which start of the program, from 1.</param>
/// <param name="Pid">Its process.</param>
/// <param name="What">
/// started; received, sent: a message; unreadable: a line that is none; wrote: raw bytes; waiting, passed: a gate by its name;
/// violation: the client broke a rule; lost: what could not be written; input-ended; ending.
/// </param>
/// <param name="Message">The message, where there is one.</param>
/// <param name="Detail">More about what happened; null when there is nothing more.</param>
public sealed record TranscriptEntry(int Number, int Run, int Pid, string What, JsonObject? Message = null, string? Detail = null)
{
    /// <summary>The message's method; null for answers, and for what is no message.</summary>
    [JsonIgnore]
    public string? Method => (string?)Message?["method"];

    /// <summary>The conversation that the message names; null when it names none.</summary>
    [JsonIgnore]
    public string? SessionId => (string?)(Message?["params"] as JsonObject)?["sessionId"];

    /// <summary>The text of a prompt; null for everything else.</summary>
    [JsonIgnore]
    public string? PromptText => Method == "session/prompt" && Message?["params"] is JsonObject parameters ? TextOf(parameters) : null;

    /// <summary>All text blocks of a prompt's parameters, one a line.</summary>
    public static string TextOf(JsonObject parameters) => parameters["prompt"] is JsonArray blocks
        ? string.Join('\n', blocks.OfType<JsonObject>().Where(block => (string?)block["type"] == "text").Select(block => (string?)block["text"]))
        : "";
}
