using System.Text.Json.Nodes;
using Atelier.AgentScripts.Scripts;

namespace Atelier.TestKit.Agents;

/// <summary>Says what a <see cref="ScriptedAgent"/> can do and does.</summary>
/// <remarks>
/// <code>
/// new AgentScript()
///     .Loads().Resumes()
///     .OnPrompt("^fix", steps => steps.Say("I fix it.", chunks: 3, gate: "said").AskPermission("call-1", "Run it"))
///     .InRun(2).On("session/load", steps => steps.Fail(-32603, "It is gone."))
/// </code>
/// Reactions are looked through in order; a prompt that none takes ends at once with <c>end_turn</c>.
/// </remarks>
public sealed class AgentScript
{
    private Script _script = new() { Abilities = new JsonObject { ["sessionCapabilities"] = new JsonObject { ["list"] = new JsonObject() } } };
    private int? _run;

    /// <summary>It can tell a conversation again.</summary>
    public AgentScript Loads() => Can(abilities => abilities["loadSession"] = true);

    /// <summary>It can go on with a conversation without telling it again.</summary>
    public AgentScript Resumes() => Can(abilities => abilities["sessionCapabilities"]!["resume"] = new JsonObject());

    /// <summary>It can let go of a conversation.</summary>
    public AgentScript Closes() => Can(abilities => abilities["sessionCapabilities"]!["close"] = new JsonObject());

    /// <summary>Anything else of what <c>initialize</c> says it can do.</summary>
    public AgentScript Can(Action<JsonObject> change)
    {
        change(_script.Abilities);
        return this;
    }

    /// <summary>It wants a login, which is there when a file is.</summary>
    public AgentScript NeedsLogin(string file, JsonArray methods) => With(_script with { NeedsLogin = true, LoginFile = file, LoginMethods = methods });

    public AgentScript NeedsLogin() => With(_script with { NeedsLogin = true });

    /// <summary>Each conversation has these modes; the first is the one it begins in.</summary>
    public AgentScript HasModes(params string[] modes) => With(_script with
    {
        Modes = new JsonObject
        {
            ["currentModeId"] = modes[0],
            ["availableModes"] = new JsonArray([.. modes.Select(mode => new JsonObject { ["id"] = mode, ["name"] = mode })]),
        },
    });

    public AgentScript HasOptions(JsonArray options) => With(_script with { Options = options });

    /// <summary>It stays when its input has ended.</summary>
    public AgentScript OutlivesInput() => With(_script with { OutlivesInput = true });

    public AgentScript IgnoresTermination() => With(_script with { IgnoresTermination = true });

    /// <summary>What follows is for one start of the program, counted from 1.</summary>
    public AgentScript InRun(int run)
    {
        _run = run;
        return this;
    }

    /// <summary>What follows is for every start of the program.</summary>
    public AgentScript InEveryRun()
    {
        _run = null;
        return this;
    }

    /// <summary>What it does about prompts whose text matches.</summary>
    /// <param name="match">A regular expression.</param>
    /// <param name="steps">What it does.</param>
    /// <param name="onCancel">What it does when the turn is cancelled, before it says so.</param>
    /// <param name="times">For so many prompts of a process; null for all.</param>
    public AgentScript OnPrompt(string match, Action<AgentSteps> steps, Action<AgentSteps>? onCancel = null, int? times = null) =>
        Add("session/prompt", match, steps, onCancel, times);

    /// <summary>What it does about all other prompts; said last.</summary>
    public AgentScript OnAnyPrompt(Action<AgentSteps> steps, Action<AgentSteps>? onCancel = null, int? times = null) =>
        Add("session/prompt", match: null, steps, onCancel, times);

    /// <summary>What it does about requests of another method.</summary>
    public AgentScript On(string method, Action<AgentSteps> steps, int? times = null) =>
        Add(method, match: null, steps, onCancel: null, times);

    internal Script Build() => _script;

    private AgentScript Add(string method, string? match, Action<AgentSteps> steps, Action<AgentSteps>? onCancel, int? times)
    {
        var reaction = new Reaction(method, AgentSteps.From(steps))
        {
            Match = match,
            Run = _run,
            Times = times,
            OnCancel = onCancel is null ? [] : AgentSteps.From(onCancel),
        };
        return With(_script with { Reactions = _script.Reactions.Add(reaction) });
    }

    private AgentScript With(Script script)
    {
        _script = script;
        return this;
    }
}
