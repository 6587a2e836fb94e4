using System.Text.Json.Nodes;

namespace Atelier.Server.Agents.BuiltIn;

/// <summary>Tool calls as events have them, in the shapes of the Agent Client Protocol; pure.</summary>
internal static class ToolEvents
{
    private const int MaxTitleLength = 120;
    private const int MaxShownText = 20_000;

    /// <summary>A call as it was made.</summary>
    public static JsonObject Made(BuiltInStep step, ToolCall call, ToolArguments? arguments)
    {
        var told = new JsonObject
        {
            ["toolCallId"] = step.Id.Value,
            ["title"] = Title(call.Name, arguments),
            ["kind"] = Kind(call.Name),
            ["status"] = "pending",
        };
        if (arguments is not null)
        {
            told["rawInput"] = arguments.Given.DeepClone();
            if (arguments.Text("path") is not null)
            {
                told["locations"] = new JsonArray(new JsonObject { ["path"] = arguments.Path() });
            }
        }

        return told;
    }

    /// <summary>What is different of a call.</summary>
    public static JsonObject Became(BuiltInStep step, string status, params JsonObject[] content)
    {
        var told = new JsonObject { ["toolCallId"] = step.Id.Value, ["status"] = status };
        if (content.Length > 0)
        {
            told["content"] = new JsonArray([.. content]);
        }

        return told;
    }

    public static JsonObject Text(string text) => new()
    {
        ["type"] = "content",
        ["content"] = new JsonObject { ["type"] = "text", ["text"] = (text.Length <= MaxShownText ? text : $"…{text.Ending(MaxShownText)}").Kept() },
    };

    public static JsonObject Diff(string path, string? before, string after) => new()
    {
        ["type"] = "diff",
        ["path"] = path,
        ["oldText"] = before?.Kept(),
        ["newText"] = after.Kept(),
    };

    public static JsonObject Terminal(string id) => new() { ["type"] = "terminal", ["terminalId"] = id };

    private static string Kind(string tool) => tool switch
    {
        BuiltInTools.Read => "read",
        BuiltInTools.List or BuiltInTools.Search => "search",
        BuiltInTools.Edit or BuiltInTools.Write => "edit",
        BuiltInTools.Run => "execute",
        BuiltInTools.Ask or BuiltInTools.Notes or BuiltInTools.OtherThreads => "think",
        _ => "other",
    };

    private static string Title(string tool, ToolArguments? arguments)
    {
        var title = arguments is null ? tool : tool switch
        {
            BuiltInTools.Read => $"Read {arguments.Shown()}",
            BuiltInTools.List => $"files in {arguments.Shown()}",
            BuiltInTools.Search => $"\"{arguments.Text("pattern")}\"{(arguments.Text("path") is null ? "" : $" in {arguments.Shown()}")}",
            BuiltInTools.Edit => $"Edit {arguments.Shown()}",
            BuiltInTools.Write => $"Write {arguments.Shown()}",
            BuiltInTools.Run => arguments.Text("command") ?? "Run",
            BuiltInTools.Ask => "Ask",
            BuiltInTools.Notes => arguments.Text("action") == "append" ? "Add to the notes" : "Read the notes",
            BuiltInTools.OtherThreads => "Look at the other threads",
            _ => tool,
        };
        var line = string.Concat(title.Kept().Select(character => char.IsControl(character) ? ' ' : character)).Trim();
        return line.Length switch { 0 => "Tool", <= MaxTitleLength => line, _ => $"{line.Beginning(MaxTitleLength)}…" };
    }
}
