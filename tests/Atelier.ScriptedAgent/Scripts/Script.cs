using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atelier.AgentScripts.Scripts;

/// <summary>What a scripted agent can do, and what it does when it is asked something; <c>script.json</c> in its folder.</summary>
/// <remarks>
/// <code>
/// {
///   "abilities": {"loadSession": true},
///   "reactions": [
///     {"method": "session/prompt", "match": "^fix", "steps": [{"do": "say", "text": "Done."}]},
///     {"method": "session/load", "run": 2, "steps": [{"do": "answer"}, {"do": "replay"}]}
///   ]
/// }
/// </code>
/// Read once, when the program starts.
/// </remarks>
public sealed record Script
{
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web);

    /// <summary>What <c>initialize</c> says it can do; methods that it leaves out are answered as unknown.</summary>
    public JsonObject Abilities { get; init; } = [];

    /// <summary>Whether conversations want a login in this process first.</summary>
    public bool NeedsLogin { get; init; }

    /// <summary>Ways to log in that it offers; null for one of its own.</summary>
    public JsonArray? LoginMethods { get; init; }

    /// <summary>Somebody has logged in when there is this file; null where only a command counts.</summary>
    public string? LoginFile { get; init; }

    /// <summary>Modes of each conversation; null for none.</summary>
    public JsonObject? Modes { get; init; }

    /// <summary>Options of each conversation; null for none.</summary>
    public JsonArray? Options { get; init; }

    /// <summary>Whether it stays when its input has ended.</summary>
    public bool OutlivesInput { get; init; }

    /// <summary>Whether it takes no notice of SIGTERM.</summary>
    public bool IgnoresTermination { get; init; }

    /// <summary>The first one that takes a request plays; a request that none takes is answered at once.</summary>
    public ImmutableArray<Reaction> Reactions { get; init; } = [];

    public static Script Read(string path) =>
        JsonSerializer.Deserialize<Script>(File.ReadAllBytes(path), Json) ?? throw new JsonException("The script is null.");

    public void Write(string path) => File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(this, Json));
}

/// <summary>What is done about a request.</summary>
/// <param name="Method">Method of the request.</param>
/// <param name="Steps">What is done, in order. A request that no step answered is answered behind the last one.</param>
public sealed record Reaction(string Method, ImmutableArray<ScriptStep> Steps)
{
    /// <summary>Regular expression on the text of the prompt; null for any.</summary>
    public string? Match { get; init; }

    /// <summary>Takes requests only in this start of the program, counted from 1; null for all.</summary>
    public int? Run { get; init; }

    /// <summary>Takes so many requests of a process; null for all.</summary>
    public int? Times { get; init; }

    /// <summary>What is done when the turn is cancelled, before that is answered.</summary>
    public ImmutableArray<ScriptStep> OnCancel { get; init; } = [];
}
