using System.Text;
using System.Text.Json;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Events;
using Atelier.TestKit.Zed;

namespace Atelier.Server.Tests.Agents.ZedSync;

/// <summary>A conversation as whoever reads the events has it in the end, to be compared with what a mock Zed has said.</summary>
internal static class ZedConversation
{
    /// <summary>Texts of messages and thoughts by their ids, and outputs of tool calls by theirs.</summary>
    public static SortedDictionary<string, string> Of(IEnumerable<AgentEvent> events)
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var one in events)
        {
            var payload = JsonElement.Parse(one.What.Payload);
            if (one.What.Kind is "agent-message" or "agent-thought")
            {
                var id = $"{payload.Member("messageId")?.Text()} {one.What.Kind}";
                var text = payload.Member("content")?.Member("text")?.Text() ?? "";
                all[id] = payload.Member("replaces") is { ValueKind: JsonValueKind.True } ? text : all.GetValueOrDefault(id, "") + text;
            }
            else if (one.What.Kind == "tool-call")
            {
                var id = payload.Member("toolCallId")?.Text() ?? "";
                var before = all.GetValueOrDefault(id, "||").Split('|');
                var output = payload.Member("content") is { ValueKind: JsonValueKind.Array } content ? content[0].Member("content")?.Member("text")?.Text() : null;
                all[id] = $"{payload.Member("title")?.Text() ?? before[0]}|{payload.Member("status")?.Text() ?? before[1]}|{output ?? before[2]}";
            }
        }

        foreach (var (id, _) in all.Where(one => one.Value.Length == 0).ToList())
        {
            all.Remove(id);
        }

        return all;
    }

    /// <summary>What a run has said, as it should be told.</summary>
    /// <param name="run">The run.</param>
    /// <param name="request">The request that it is told under; its own unless somebody typed in Zed.</param>
    public static SortedDictionary<string, string> Of(MockZedRun run, string? request = null)
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in run.Entries)
        {
            var id = $"{request ?? run.Request}/{entry.Id}";
            if (entry.Type == "tool_call")
            {
                var output = entry.Content[(entry.Content.IndexOf("\n\n", StringComparison.Ordinal) + 2)..];
                all[id] = $"{entry.ToolName}|{(entry.ToolStatus == "Completed" ? "completed" : "in_progress")}|{output}";
                continue;
            }

            foreach (var (index, part) in Parts(entry.Content).Index())
            {
                all[$"{id}.{index} {(part.IsThought ? "agent-thought" : "agent-message")}"] = Kept(part.Text);
            }
        }

        return all;
    }

    private static IEnumerable<(bool IsThought, string Text)> Parts(string content)
    {
        foreach (var (index, piece) in content.Replace("</thinking>", "<thinking>", StringComparison.Ordinal).Split("<thinking>").Index())
        {
            if (!string.IsNullOrWhiteSpace(piece))
            {
                yield return (index % 2 == 1, piece);
            }
        }
    }

    private static string Kept(string text)
    {
        var kept = new StringBuilder(text).Replace('\0', '\uFFFD').ToString();
        var token = kept.IndexOf("atl_", StringComparison.Ordinal);
        return token < 0 ? kept : $"{kept[..token]}atl_…{kept[kept.IndexOf(' ', token)..]}";
    }
}
