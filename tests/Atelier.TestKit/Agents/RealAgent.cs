using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Atelier.TestKit.Agents;

/// <summary>How to start a real agent program so that it talks to a fake model server and to nobody else.</summary>
/// <param name="Command">Program and arguments.</param>
/// <param name="Environment">All it needs beside the variables every program gets.</param>
/// <param name="Home">Its home folder, with its settings in it.</param>
public sealed record RealAgentInvocation(
    ImmutableArray<string> Command, ImmutableDictionary<string, string> Environment, string Home);

/// <summary>In what way a program is started.</summary>
public enum RealAgentMode
{
    /// <summary>It draws on a terminal.</summary>
    Terminal,

    /// <summary>It speaks ACP on its standard streams.</summary>
    Acp,

    /// <summary>It takes one prompt as its last argument, says its answer on standard output and ends.</summary>
    OneTurn,
}

/// <summary>A real agent program from npm, in one pinned version, as <c>agent-programs.json</c> beside this file has it.</summary>
/// <remarks>
/// Programs lie outside the repository (<c>~/.cache/atelier-agents</c>, or the folder that ATELIER_AGENTS names) and are put
/// there by <c>tests/Atelier.TestKit/Agents/install</c>.
/// </remarks>
public sealed class RealAgent
{
    private static readonly Lazy<ImmutableDictionary<string, RealAgent>> s_all = new(ReadTable);
    private readonly JsonObject _entry;

    private RealAgent(string name, JsonObject entry)
    {
        Name = name;
        _entry = entry;
    }

    public static RealAgent OpenCode => Named("opencode");

    public static RealAgent Codex => Named("codex");

    public static RealAgent Gemini => Named("gemini");

    public static RealAgent Qwen => Named("qwen");

    public static RealAgent ClaudeCode => Named("claude");

    public static IEnumerable<RealAgent> All => s_all.Value.Values.OrderBy(agent => agent.Name, StringComparer.Ordinal);

    public string Name { get; }

    public string Version => Text("version");

    /// <summary>Recordings of programs whose licence is not an open one stay out of the repository.</summary>
    public string Licence => Text("licence");

    /// <summary>The package of npm.</summary>
    public string Package => Text("package");

    /// <summary>Whether it can be given one prompt as its last argument.</summary>
    public bool TakesOneTurn => _entry["oneTurnCommand"] is not null;

    public bool SpeaksAcp => _entry["acpCommand"] is not null;

    public bool IsInstalled => File.Exists(Path.Combine(Folder, ".installed"));

    /// <summary>Where the program is, or would be.</summary>
    public string Folder => Path.Combine(
        Environment.GetEnvironmentVariable("ATELIER_AGENTS") ?? Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "atelier-agents"),
        $"{Name}-{Version}");

    public static RealAgent Named(string name) => s_all.Value[name];

    /// <summary>Writes the program's settings into a home folder and says how to start it there.</summary>
    /// <param name="home">A folder of its own; the program's own state goes there, too.</param>
    /// <param name="workingFolder">Where it will be started; it is told to trust that folder.</param>
    /// <param name="server">Address of the fake model server.</param>
    /// <param name="mode">In what way it is started.</param>
    public RealAgentInvocation Prepare(string home, string workingFolder, Uri server, RealAgentMode mode = RealAgentMode.Terminal)
    {
        string Filled(string text) => text
            .Replace("{url}", server.ToString().TrimEnd('/'), StringComparison.Ordinal)
            .Replace("{home}", home, StringComparison.Ordinal)
            .Replace("{cwd}", workingFolder, StringComparison.Ordinal);

        foreach (var (name, content) in Object("files"))
        {
            var path = Path.Combine(home, name);
            var text = content is JsonArray lines
                ? string.Join('\n', lines.Select(line => (string?)line)) + "\n"
                : content!.ToJsonString(JsonSerializerOptions.Web);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, Filled(text));
        }

        var bin = Path.Combine(Folder, "node_modules", ".bin");
        var environment = Object("environment")
            .ToImmutableDictionary(variable => variable.Key, variable => Filled((string)variable.Value!))
            .Add("HOME", home)
            .Add("PATH", bin + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH"));
        var command = _entry[Field(mode)] ?? throw new NotSupportedException($"{Name} has no {Field(mode)}.");
        var words = command.AsArray().Select(word => (string)word!).ToArray();
        words[0] = Path.Combine(bin, words[0]);
        return new RealAgentInvocation([.. words], environment, home);
    }

    private static ImmutableDictionary<string, RealAgent> ReadTable()
    {
        using var stream = typeof(RealAgent).Assembly.GetManifestResourceStream("agent-programs.json")!;
        return JsonNode.Parse(stream)!.AsObject()
            .ToImmutableDictionary(entry => entry.Key, entry => new RealAgent(entry.Key, entry.Value!.AsObject()));
    }

    private static string Field(RealAgentMode mode) => mode switch
    {
        RealAgentMode.Acp => "acpCommand",
        RealAgentMode.OneTurn => "oneTurnCommand",
        _ => "command",
    };

    private string Text(string field) => (string)_entry[field]!;

    private JsonObject Object(string field) => _entry[field]!.AsObject();
}
