using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atelier.AgentScripts;

namespace Atelier.TestKit.Agents;

/// <summary>An agent program that does what a script says, and the transcript that it writes of itself.</summary>
/// <remarks>
/// The program is a real one that any process can start, as often as it likes; all starts share this folder. Its transcript is
/// what a test holds against what a server stored: nothing that is sent here may be lost or doubled there.
/// </remarks>
public sealed class ScriptedAgent
{
    private readonly AgentFolder _folder;

    /// <param name="path">A folder of its own.</param>
    /// <param name="script">What it does; <see cref="Follow"/> changes it for the starts to come.</param>
    public ScriptedAgent(string path, AgentScript? script = null)
    {
        _folder = new AgentFolder(path).Prepare();
        Follow(script ?? new AgentScript());
    }

    public static string Program { get; } = Checkout.ProgramOf("Atelier.ScriptedAgent");

    /// <summary>How it is started.</summary>
    public ImmutableArray<string> Command => [Program, _folder.Path];

    /// <summary>The variable that does the same for a command line that cannot name the folder.</summary>
    public ImmutableDictionary<string, string> Environment =>
        ImmutableDictionary<string, string>.Empty.Add(AgentFolder.Variable, _folder.Path);

    /// <summary>Everything it wrote down, start after start.</summary>
    public ImmutableArray<TranscriptEntry> Transcript =>
    [
        .. Directory.EnumerateFiles(_folder.Runs, "*.jsonl")
            .OrderBy(file => int.Parse(Path.GetFileNameWithoutExtension(file)))
            .SelectMany(ReadRun),
    ];

    /// <summary>Every prompt that it got, in order, by its text.</summary>
    public ImmutableArray<string> Prompts => [.. Received("session/prompt").Select(entry => entry.PromptText!)]; // a prompt has one

    /// <summary>Every update that it sent in a conversation, in order, without what it told again.</summary>
    public ImmutableArray<JsonObject> UpdatesOf(string sessionId) =>
    [
        .. Sent("session/update").Where(entry => entry.SessionId == sessionId)
            .Select(entry => (JsonObject)entry.Message!["params"]!["update"]!),
    ];

    /// <summary>All text that it said, in order.</summary>
    public string SaidText => string.Concat(Sent("session/update")
        .Select(entry => entry.Message?["params"]?["update"])
        .Where(update => (string?)update?["sessionUpdate"] == "agent_message_chunk")
        .Select(update => (string?)update?["content"]?["text"]));

    /// <summary>What the client did that it may not: a second answer, a prompt while a turn is in flight, …</summary>
    public ImmutableArray<string> Violations =>
        [.. Transcript.Where(entry => entry.What is "violation" or "unreadable").Select(entry => entry.Detail ?? "")];

    /// <summary>What it does from its next start on.</summary>
    public void Follow(AgentScript script) => script.Build().Write(_folder.Script);

    /// <summary>Lets the program pass a gate now and ever after.</summary>
    public void OpenGate(string name) => File.WriteAllText(Path.Combine(_folder.Gates, name), "");

    /// <summary>Messages of one method that it got, requests and notifications.</summary>
    public IEnumerable<TranscriptEntry> Received(string method) =>
        Transcript.Where(entry => entry.What == "received" && entry.Method == method);

    /// <summary>Messages of one method that it sent, requests and notifications.</summary>
    public IEnumerable<TranscriptEntry> Sent(string method) =>
        Transcript.Where(entry => entry.What == "sent" && entry.Method == method);

    /// <summary>Answers that it got to what it asked, by the id as JSON.</summary>
    public IEnumerable<(string Id, JsonObject Answer)> Answers() => Transcript
        .Where(entry => entry is { What: "received", Method: null, Message: not null })
        .Select(entry => (entry.Message!["id"]?.ToJsonString() ?? "null", entry.Message));

    /// <summary>Waits until it stands before a gate.</summary>
    public Task<TranscriptEntry> WaitAtGateAsync(string name) =>
        WaitForAsync(entry => entry.What == "waiting" && entry.Detail == name, $"the agent to wait at the gate {name}");

    /// <summary>Waits until it has got a prompt that contains a text.</summary>
    public Task<TranscriptEntry> WaitForPromptAsync(string text) => WaitForAsync(
        entry => entry.What == "received" && entry.PromptText?.Contains(text, StringComparison.Ordinal) == true, $"the prompt {text}");

    /// <summary>Waits for a line of the transcript; the first that fits.</summary>
    /// <param name="fits">Which line.</param>
    /// <param name="what">What it stands for, for the message when it does not come.</param>
    /// <param name="atLeast">So many of them.</param>
    public async Task<TranscriptEntry> WaitForAsync(Func<TranscriptEntry, bool> fits, string what, int atLeast = 1)
    {
        var found = ImmutableArray<TranscriptEntry>.Empty;
        await Patience.Until(
            () =>
            {
                found = [.. Transcript.Where(fits)];
                return found.Length >= atLeast;
            },
            what);
        return found[atLeast - 1];
    }

    // A line that is being written has no end yet; it is read the next time.
    private static IEnumerable<TranscriptEntry> ReadRun(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var text = reader.ReadToEnd();
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<TranscriptEntry>(line, JsonSerializerOptions.Web)!);   // written as one
    }
}
