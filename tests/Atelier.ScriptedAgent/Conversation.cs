using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atelier.AgentScripts;

/// <summary>A conversation and its file: what can be told again, also by another process.</summary>
internal sealed class Conversation
{
    private readonly Lock _turn = new();
    private readonly string _file;
    private CancellationTokenSource? _running;

    private Conversation(string file)
    {
        _file = file;
        Id = Path.GetFileNameWithoutExtension(file);
    }

    public string Id { get; }

    /// <summary>Begins one, under an id that none in the folder has.</summary>
    public static Conversation New(AgentFolder folder, JsonObject parameters)
    {
        var number = Directory.EnumerateFiles(folder.Conversations).Count() + 1;
        while (File.Exists(Path.Combine(folder.Conversations, $"conversation-{number}.jsonl")))
        {
            number++;
        }

        var conversation = new Conversation(Path.Combine(folder.Conversations, $"conversation-{number}.jsonl"));
        conversation.Append(new JsonObject { ["cwd"] = parameters["cwd"]?.DeepClone() });
        return conversation;
    }

    /// <summary>One that is in the folder; null when it is not.</summary>
    public static Conversation? Find(AgentFolder folder, string id)
    {
        var file = Path.Combine(folder.Conversations, $"{Path.GetFileName(id)}.jsonl");
        return File.Exists(file) ? new Conversation(file) : null;
    }

    /// <summary>Every conversation in the folder, with its id and directory.</summary>
    public static JsonArray List(AgentFolder folder) =>
    [
        .. Directory.EnumerateFiles(folder.Conversations).Order(StringComparer.Ordinal).Select(file => (JsonNode)new JsonObject
        {
            ["sessionId"] = Path.GetFileNameWithoutExtension(file),
            ["cwd"] = JsonNode.Parse(File.ReadLines(file).First())!["cwd"]?.DeepClone(),
        }),
    ];

    /// <summary>Begins a turn; null when one is in flight.</summary>
    public CancellationTokenSource? BeginTurn() =>
        Interlocked.CompareExchange(ref _running, new CancellationTokenSource(), null) is null ? _running : null;

    public void EndTurn() => Interlocked.Exchange(ref _running, null);

    public Task CancelTurnAsync() => _running?.CancelAsync() ?? Task.CompletedTask;

    /// <summary>Keeps an update before anybody is told of it.</summary>
    public void Keep(JsonObject update) => Append(new JsonObject { ["update"] = update.DeepClone() });

    /// <summary>What was kept, in order; a line that a kill cut off is none.</summary>
    public IEnumerable<JsonObject> Kept()
    {
        lock (_turn)
        {
            return [.. File.ReadLines(_file).Skip(1).Select(Read).OfType<JsonObject>()];
        }
    }

    private static JsonObject? Read(string line)
    {
        try
        {
            return JsonNode.Parse(line)?["update"] as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Append(JsonObject line)
    {
        lock (_turn)
        {
            File.AppendAllText(_file, line.ToJsonString() + "\n");
        }
    }
}
