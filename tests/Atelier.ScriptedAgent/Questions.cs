using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Atelier.AgentScripts;

/// <summary>What the program asked and has no answer to yet, and what the answers so far had in them.</summary>
/// <remarks>Numbers begin at 1 in every process, as those of real programs do.</remarks>
internal sealed class Questions(Output output)
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonObject>> _open = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, JsonNode> _known = new(StringComparer.Ordinal);
    private long _last;

    /// <summary>Asks; the task ends with the whole answer.</summary>
    public Task<JsonObject> Ask(string method, JsonObject parameters, JsonNode? id)
    {
        id = id?.DeepClone() ?? JsonValue.Create(Interlocked.Increment(ref _last));
        var answer = _open[id.ToJsonString()] = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        output.Send(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id, ["method"] = method, ["params"] = parameters });
        return answer.Task;
    }

    /// <summary>Takes an answer; false when nobody asked, or it is the second one.</summary>
    public bool Settle(JsonObject answer)
    {
        if (!_open.TryRemove(answer["id"]?.ToJsonString() ?? "null", out var asked))
        {
            return false;
        }

        foreach (var (name, value) in answer["result"] as JsonObject ?? [])
        {
            if (value is JsonValue)
            {
                _known[$"${name}"] = value.DeepClone();
            }
        }

        asked.SetResult(answer);
        return true;
    }

    /// <summary>The JSON of a step with what is known put in for its <c>$name</c>.</summary>
    public JsonObject Filled(JsonObject json) => (JsonObject)Fill(json)!; // an object stays one

    private JsonNode? Fill(JsonNode? json) => json switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Fill(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Fill)]),
        JsonValue value when value.TryGetValue<string>(out var text) && _known.TryGetValue(text, out var known) => known.DeepClone(),
        _ => json?.DeepClone(),
    };
}
