using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Atelier.AgentScripts.Scripts;

/// <summary>One thing a scripted agent does.</summary>
/// <remarks>A text <c>$name</c> in the JSON of a step stands for what an answer so far had under that name.</remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "do")]
[JsonDerivedType(typeof(Say), "say")]
[JsonDerivedType(typeof(SayMuch), "say-much")]
[JsonDerivedType(typeof(Update), "update")]
[JsonDerivedType(typeof(Replay), "replay")]
[JsonDerivedType(typeof(Ask), "ask")]
[JsonDerivedType(typeof(Tell), "tell")]
[JsonDerivedType(typeof(WaitForGate), "wait-for-gate")]
[JsonDerivedType(typeof(Answer), "answer")]
[JsonDerivedType(typeof(Fail), "fail")]
[JsonDerivedType(typeof(NeverAnswer), "never-answer")]
[JsonDerivedType(typeof(WaitForCancel), "wait-for-cancel")]
[JsonDerivedType(typeof(IgnoreCancel), "ignore-cancel")]
[JsonDerivedType(typeof(Raw), "raw")]
[JsonDerivedType(typeof(SayOnError), "say-on-error")]
[JsonDerivedType(typeof(CloseOutput), "close-output")]
[JsonDerivedType(typeof(Exit), "exit")]
[JsonDerivedType(typeof(Die), "die")]
public abstract record ScriptStep
{
    /// <summary>Says a text in pieces. With a gate, the piece after the n-th waits for the gate <c>{gate}-{n}</c>.</summary>
    /// <param name="Text">All of it.</param>
    /// <param name="Chunks">Number of pieces.</param>
    /// <param name="Gate">Name of the gates between them; null for none.</param>
    /// <param name="MessageId">Id of the message; null for none.</param>
    /// <param name="Variant">agent_message_chunk, agent_thought_chunk or user_message_chunk.</param>
    public sealed record Say(
        string Text, int Chunks = 1, string? Gate = null, string? MessageId = null, string Variant = "agent_message_chunk") : ScriptStep;

    /// <summary>Says so many letters in one piece.</summary>
    public sealed record SayMuch(int Letters) : ScriptStep;

    /// <summary>Tells an update of the conversation as it stands here: known or unknown variants.</summary>
    /// <param name="Content">The update.</param>
    /// <param name="SessionId">Another conversation than the one that was asked; null for that one.</param>
    public sealed record Update(JsonObject Content, string? SessionId = null) : ScriptStep;

    /// <summary>Tells the conversation so far again.</summary>
    public sealed record Replay : ScriptStep;

    /// <summary>Asks the client something, with the conversation's id unless the parameters have one.</summary>
    /// <param name="Method">Known or unknown.</param>
    /// <param name="Parameters">What is asked.</param>
    /// <param name="Id">Id of the request; null for the next number.</param>
    /// <param name="Waits">Whether the next step comes after the answer.</param>
    /// <param name="Tells">Whether the answer is said, as <c>method: answer</c>.</param>
    public sealed record Ask(string Method, JsonObject Parameters, JsonNode? Id = null, bool Waits = true, bool Tells = false) : ScriptStep;

    /// <summary>Sends a notification of any method.</summary>
    public sealed record Tell(string Method, JsonObject Parameters) : ScriptStep;

    /// <summary>Waits for a gate.</summary>
    public sealed record WaitForGate(string Name) : ScriptStep;

    /// <summary>Answers the request; once more where it is answered already.</summary>
    /// <param name="Result">Null for the usual one.</param>
    public sealed record Answer(JsonObject? Result = null) : ScriptStep;

    /// <summary>Answers the request with an error.</summary>
    public sealed record Fail(int Code, string Message, JsonNode? Details = null) : ScriptStep;

    /// <summary>Leaves the request without an answer behind the last step.</summary>
    public sealed record NeverAnswer : ScriptStep;

    /// <summary>Does nothing until the turn is cancelled.</summary>
    public sealed record WaitForCancel : ScriptStep;

    /// <summary>Takes no notice of a cancel from here on.</summary>
    public sealed record IgnoreCancel : ScriptStep;

    /// <summary>Writes bytes that need be no message.</summary>
    /// <param name="Bytes">All of them, line ends included.</param>
    public sealed record Raw(byte[] Bytes) : ScriptStep;

    /// <summary>Writes a line to standard error.</summary>
    public sealed record SayOnError(string Text) : ScriptStep;

    /// <summary>Closes standard output and goes on.</summary>
    public sealed record CloseOutput : ScriptStep;

    /// <summary>Ends the program.</summary>
    public sealed record Exit(int Code) : ScriptStep;

    /// <summary>Ends the program as <c>kill -9</c> does.</summary>
    public sealed record Die : ScriptStep;
}
