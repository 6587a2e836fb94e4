using System.Text.Json.Nodes;
using Atelier.FakeModelServer.Events;
using Atelier.FakeModelServer.Scripts;

namespace Atelier.FakeModelServer.Replies;

internal enum MessageKind
{
    Person,
    Model,
    ToolCall,
    ToolResult,
}

internal sealed record ModelMessage(MessageKind Kind, string Text);

/// <summary>A tool that the program offers; the schema is that of its arguments.</summary>
internal sealed record ModelTool(string Name, JsonObject Schema);

/// <summary>What all protocols ask, in one shape. An answer schema is null when the answer is free text.</summary>
internal sealed record ModelRequest(
    string Model,
    bool IsStreamed,
    string System,
    IReadOnlyList<ModelMessage> Messages,
    IReadOnlyList<ModelTool> Tools,
    JsonObject? AnswerSchema)
{
    public RequestPurpose Purpose => this switch
    {
        { AnswerSchema: not null } => RequestPurpose.Structured,
        { Tools.Count: 0 } when ScriptedSummary.IsAskedFor(this) => RequestPurpose.Summary,
        { Tools.Count: 0 } when AsksForTitle => RequestPurpose.Title,
        _ => RequestPurpose.Turn,
    };

    /// <summary>A round count of tokens: the words.</summary>
    public int InputTokens => CountWords(System) + Messages.Sum(message => CountWords(message.Text));

    /// <summary>Names the answer: no two of a conversation have the same, or programs would take them for one.</summary>
    public string AnswerId => $"{Messages.Count:d4}";

    private bool AsksForTitle =>
        System.Contains("title", StringComparison.OrdinalIgnoreCase)
        || Messages.Any(message => message.Kind == MessageKind.Person && IsTitleRequest(message.Text));

    public static int CountWords(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;

    /// <summary>The script in force and how many of its tool calls have been answered; null when the model has nothing to do.</summary>
    public (Script Script, int ToolResults)? Position(Func<string, string> readFile)
    {
        for (var at = Messages.Count - 1; at >= 0; at--)
        {
            if (Messages[at].Kind == MessageKind.Person && Script.In(Messages[at].Text, readFile) is { } script)
            {
                var since = Messages.Skip(at + 1).ToList();
                var results = since.Count(message => message.Kind == MessageKind.ToolResult) + Messages.Take(at).TakeLast(2).Sum(message => ScriptedSummary.ResultsIn(message.Text));
                return IsPlayed(script, since, results) ? null : (script, results);
            }
        }

        return null;
    }

    private static bool IsPlayed(Script script, List<ModelMessage> since, int results)
    {
        var calls = script.Steps.Count(step => step.IsToolCall);
        var afterLastResult = since.FindLastIndex(message => message.Kind == MessageKind.ToolResult) + 1;
        return results >= calls && since.Skip(afterLastResult).Any(message => message.Kind == MessageKind.Model);
    }

    private static bool IsTitleRequest(string text) =>
        text.Contains("title", StringComparison.OrdinalIgnoreCase)
        && text.Contains("conversation", StringComparison.OrdinalIgnoreCase);
}
