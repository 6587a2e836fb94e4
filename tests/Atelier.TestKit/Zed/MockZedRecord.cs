using System.Text.Json.Nodes;

namespace Atelier.TestKit.Zed;

/// <summary>A frame that a mock Zed was sent.</summary>
/// <param name="Connection">Which connection it came by, from 1.</param>
/// <param name="Type">Its type.</param>
/// <param name="Data">What came with it.</param>
public sealed record MockZedFrame(int Connection, string Type, JsonObject Data)
{
    /// <summary>The request it is about; empty for none.</summary>
    public string Request => Data["request_id"]?.GetValue<string>() ?? "";

    /// <summary>The thread it is about; null for none.</summary>
    public string? Thread => Data["acp_thread_id"]?.GetValue<string>() is { Length: > 0 } thread ? thread : null;
}

/// <summary>An entry of a thread, as it is now.</summary>
public sealed class MockZedEntry
{
    /// <summary>Its place in the thread, from 0.</summary>
    public required string Id { get; init; }

    /// <summary>user or assistant.</summary>
    public string Role { get; init; } = "assistant";

    /// <summary>text or tool_call.</summary>
    public string Type { get; init; } = "text";

    /// <summary>A tool call's name; empty for others.</summary>
    public string ToolName { get; init; } = "";

    /// <summary>A tool call's status; empty for others.</summary>
    public string ToolStatus { get; set; } = "";

    /// <summary>All of it.</summary>
    public string Content { get; set; } = "";
}

/// <summary>A prompt that a mock Zed has worked on.</summary>
public sealed class MockZedRun
{
    /// <summary>The request; empty where somebody typed in Zed.</summary>
    public required string Request { get; init; }

    /// <summary>The thread.</summary>
    public required string Thread { get; init; }

    /// <summary>The whole message.</summary>
    public required string Message { get; init; }

    /// <summary>What it said, in order.</summary>
    public IReadOnlyList<MockZedEntry> Entries => Said;

    /// <summary>Whether it waits for the answer to a question.</summary>
    public bool IsAsking => Question?.StartsWith("question", StringComparison.Ordinal) == true;

    /// <summary>Whether it waits to be released.</summary>
    public bool IsHeld => Question == "hold";

    /// <summary>How it ended: done, cancelled, error or died; null while it goes on.</summary>
    public string? Ended { get; set; }

    internal List<MockZedEntry> Said { get; } = [];

    /// <summary>Whether it was asked in a thread that was there: those wait for each other.</summary>
    public bool IsFollowUp { get; init; }

    /// <summary>Words that are still to be done.</summary>
    internal Queue<string> Words { get; init; } = new();

    /// <summary>The question that it waits for; null for none.</summary>
    internal string? Question { get; set; }
}
