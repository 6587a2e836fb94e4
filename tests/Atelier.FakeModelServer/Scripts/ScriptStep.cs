using System.Text.Json.Nodes;

namespace Atelier.FakeModelServer.Scripts;

/// <summary>One thing the model does.</summary>
internal abstract record ScriptStep
{
    /// <summary>Says a text, word by word at the pace of the moment.</summary>
    public sealed record Say(string Text) : ScriptStep;

    /// <summary>Thinks aloud, where the protocol has a place for thoughts.</summary>
    public sealed record Think(string Text) : ScriptStep;

    /// <summary>Sets the pace of what follows; null is as fast as it goes.</summary>
    public sealed record Pace(double? WordsPerSecond) : ScriptStep;

    /// <summary>Stays silent. Before any output this is a slow first token.</summary>
    public sealed record Wait(TimeSpan Duration) : ScriptStep;

    /// <summary>Stays silent until somebody gives the signal.</summary>
    public sealed record WaitFor(string Signal) : ScriptStep;

    /// <summary>Calls a tool by its own name.</summary>
    public sealed record Call(string Tool, JsonObject Arguments) : ScriptStep;

    /// <summary>Calls a tool with a text that is no JSON.</summary>
    public sealed record BrokenCall(string Tool, string Text) : ScriptStep;

    /// <summary>Runs a shell command with whatever tool the program offers for that.</summary>
    public sealed record Run(string Command) : ScriptStep;

    /// <summary>Writes a file with whatever tool the program offers for that.</summary>
    public sealed record Write(string Path, string Text) : ScriptStep;

    /// <summary>Puts the tool calls before and after it into separate answers.</summary>
    public sealed record Next : ScriptStep;

    /// <summary>Refuses the first <paramref name="Times"/> requests that come to this step.</summary>
    public sealed record Refuse(int Status, int Times) : ScriptStep;

    /// <summary>Says to the first <paramref name="Times"/> requests that come to this step that the conversation is too long.</summary>
    public sealed record Overflow(int Times) : ScriptStep;

    /// <summary>Breaks the connection of the first <paramref name="Times"/> requests that come to this step.</summary>
    public sealed record Cut(int Times) : ScriptStep;

    /// <summary>Claims these token counts instead of the counted words.</summary>
    public sealed record Usage(int InputTokens, int OutputTokens) : ScriptStep;

    public bool IsToolCall => this is Call or BrokenCall or Run or Write;
}
