using System.Text.RegularExpressions;
using Atelier.Protocol.HostLink;

namespace Atelier.Server.AgentPrograms;

/// <summary>Who does the work of a program.</summary>
internal enum ServedBy
{
    /// <summary>A process of it.</summary>
    Itself,

    /// <summary>The server, with a model and tools; there is no process.</summary>
    BuiltInAgent,

    /// <summary>The server, with a model and without tools; there is no process.</summary>
    Chat,
}

/// <summary>What an agent program speaks.</summary>
internal enum AgentProtocol
{
    /// <summary>The Agent Client Protocol, through its pipes.</summary>
    Acp,

    /// <summary>Zed's sync protocol, through a WebSocket that it opens itself (docs/protocols/zed-sync.md).</summary>
    Zed,
}

/// <summary>A program that can do the work: in a terminal, by the Agent Client Protocol, or both.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">For people.</param>
/// <param name="IsBuiltIn">Whether it came with the product; such a one cannot be changed.</param>
/// <param name="Command">How it is started in a terminal; null for the login shell, or for a program that is not for terminals.</param>
/// <param name="Continue">How it goes on with its last conversation; null when it cannot.</param>
/// <param name="AskingPatterns">Regular expressions that say, on its screen, that it is asking.</param>
/// <param name="Icon">Name of its mark; null for a plain one.</param>
/// <param name="Sandbox">What it is locked into.</param>
/// <param name="AcpCommand">How it is started to speak its protocol; null when it speaks none.</param>
/// <param name="ServedBy">Who does its work.</param>
internal sealed record AgentProgram(
    AgentProgramId Id,
    string Name,
    bool IsBuiltIn,
    string? Command,
    string? Continue,
    IReadOnlyList<string> AskingPatterns,
    string? Icon,
    SandboxKind Sandbox,
    string? AcpCommand = null,
    ServedBy ServedBy = ServedBy.Itself)
{
    /// <summary>The program that comes along, and needs neither a model nor a network.</summary>
    public const string DemoCommand = "atelier-demo-agent";

    public const int MaxPatterns = 50;

    /// <summary>How it can be installed; null where nobody knows.</summary>
    public ProgramPackage? Package { get; init; }

    /// <summary>How somebody logs in to it outside of Atelier, for people; null where nobody has to.</summary>
    public string? LoginHint { get; init; }

    /// <summary>What is odd about it, for people; null where nothing is.</summary>
    public string? Note { get; init; }

    private const int MaxTextLength = 2000;
    private const int MaxZedAgentLength = 100;
    private static readonly TimeSpan s_patternLimit = TimeSpan.FromMilliseconds(50);

    /// <summary>Stands, among executables, for a model provider: all that some programs need.</summary>
    public const string ModelProvider = "model-provider";

    /// <summary>What it speaks, where it has an <c>AcpCommand</c>.</summary>
    public AgentProtocol Protocol { get; init; }

    /// <summary>The agent within Zed that does the work; null for Zed's own.</summary>
    public string? ZedAgent { get; init; }

    /// <summary>Executable to look for; null for the login shell.</summary>
    public string? Executable => ServedBy == ServedBy.Itself ? FirstWord(Command ?? AcpCommand) : ModelProvider;

    /// <summary>Executable to look for where it speaks the Agent Client Protocol; null when it does not.</summary>
    public string? AcpExecutable => FirstWord(AcpCommand);

    /// <summary>Whether it runs in a terminal.</summary>
    public bool IsForTerminals => ServedBy == ServedBy.Itself && (Command is not null || AcpCommand is null);

    /// <summary>What is wrong with a program of somebody's own, in words; null when nothing is.</summary>
    public string? Wrong() =>
        Name.Length is 0 or > 80 ? "name has 1 to 80 characters."
        : Command is null && AcpCommand is null ? "A program has a commandTemplate, an acpCommand, or both."
        : Command is { } inTerminal && (inTerminal.Length is 0 or > MaxTextLength || CommandTemplate.Parse(inTerminal) is null)
            ? "commandTemplate is a program and its arguments; quotes must be closed."
        : AcpCommand is { } acp && (acp.Length is 0 or > MaxTextLength || CommandTemplate.Parse(acp) is null)
            ? "acpCommand is a program and its arguments; quotes must be closed."
        : Continue is { } goOn && (goOn.Length > MaxTextLength || CommandTemplate.Parse(goOn) is null)
            ? "continueTemplate is a program and its arguments; quotes must be closed."
        : Protocol == AgentProtocol.Zed && (AcpCommand is null || Command is not null)
            ? "A program with the protocol zed has an acpCommand and no commandTemplate: what it runs in is the agent's own."
        : ZedAgent is { } agent && (Protocol != AgentProtocol.Zed || agent.Length > MaxZedAgentLength || agent.Any(char.IsControl))
            ? $"zedAgent has at most {MaxZedAgentLength} characters, and goes with the protocol zed."
        : AskingPatterns.Count > MaxPatterns ? $"There are at most {MaxPatterns} askingPatterns."
        : AskingPatterns.FirstOrDefault(pattern => !IsPattern(pattern)) is { } bad ? $"\"{bad}\" is not a regular expression."
        : null;

    private static string? FirstWord(string? template) => template is null ? null : CommandTemplate.Parse(template)?.Words[0];

    public static bool IsPattern(string pattern)
    {
        try
        {
            return pattern.Length is > 0 and <= MaxTextLength && new Regex(pattern, RegexOptions.IgnoreCase, s_patternLimit).ToString().Length > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}

/// <summary>The programs that come with the product.</summary>
internal static class BuiltInPrograms
{
    // What these programs' own questions look like on the screen.
    private static readonly string[] s_questions =
    [
        @"Enter to select.*to navigate.*Esc to cancel", @"Esc to cancel.*Tab to add", @"Do you want to.*\?", @"Allow.*\?",
        @"\[y\].*\[n\]", @"\[a\].*always", @"❯\s+\d+\.\s", @"Would you like to.*\?", @"Apply this change\?", @"Permission required",
    ];

    public static IReadOnlyList<AgentProgram> All { get; } =
    [
        Agent("claude-code", "Claude Code", "claude {{PROMPT}}", "claude --continue", "claude-agent-acp") with
        {
            Package = new("@agentclientprotocol/claude-agent-acp", "0.49.0", ["claude-agent-acp"]),
            LoginHint = "Run claude in a terminal once and log in there, or set ANTHROPIC_API_KEY in the program's environment.",
            Note = "It edits files by itself, so its edits are seen in the worktree and not asked for one by one.",
        },
        Agent("codex", "Codex", "codex {{PROMPT}}", "codex resume --last", "codex-acp") with
        {
            Package = new("@zed-industries/codex-acp", "0.16.0", ["codex-acp"]),
            LoginHint = "Run codex login in a terminal, or set OPENAI_API_KEY in the program's environment.",
            Note = "Warnings come as its messages; the output of its commands comes with its tool calls.",
        },
        Agent("gemini-cli", "Gemini CLI", "gemini --prompt-interactive {{PROMPT}}", "gemini --resume latest", "gemini --acp") with
        {
            Package = new("@google/gemini-cli", "0.61.0", ["gemini"]),
            LoginHint = "Run gemini in a terminal once and log in there, or set GEMINI_API_KEY in the program's environment.",
            Note = "A conversation cannot be loaded within the minute it began in.",
        },
        Agent("opencode", "opencode", "opencode --prompt {{PROMPT}}", "opencode --continue", "opencode acp") with
        {
            Package = new("opencode-ai", "1.18.33", ["opencode"]),
            LoginHint = "Run opencode auth login in a terminal.",
        },
        Agent("copilot", "Copilot", "copilot --interactive {{PROMPT}}", "copilot --continue", "copilot --acp") with
        {
            Package = new("@github/copilot", "1.0.102", ["copilot"]),
            LoginHint = "Run copilot in a terminal and type /login, or set GH_TOKEN in the program's environment.",
            Note = "Its modes have addresses for ids.",
        },
        Agent("qwen-code", "Qwen Code", "qwen --prompt-interactive {{PROMPT}}", "qwen --continue", "qwen --acp") with
        {
            Package = new("@qwen-code/qwen-code", "0.15.10", ["qwen"]),
            LoginHint = "Run qwen in a terminal once and log in there, or set OPENAI_API_KEY and OPENAI_BASE_URL in the program's environment.",
        },
        Agent("cline", "Cline", "cline", goOn: null, "cline --acp") with
        {
            Package = new("cline", "3.0.65", ["cline"]),
            LoginHint = "Run cline auth in a terminal.",
            Note = "It leaves a helper process behind on purpose; Atelier ends it with the agent.",
        },
        Agent("kilo", "Kilo Code", "kilo", "kilo --continue", "kilo acp") with
        {
            Package = new("@kilocode/cli", "7.7.7", ["kilo"]),
            LoginHint = "Run kilo auth login in a terminal.",
        },
        Agent("aider", "Aider", "aider", "aider --restore-chat-history", acp: null),
        new(new AgentProgramId("built-in"), "Built-in agent", IsBuiltIn: true, Command: null, Continue: null, [], "built-in", SandboxKind.None, ServedBy: ServedBy.BuiltInAgent),
        new(new AgentProgramId("chat"), "Chat", IsBuiltIn: true, Command: null, Continue: null, [], "chat", SandboxKind.None, ServedBy: ServedBy.Chat),
        new(new AgentProgramId("demo"), "Demo", IsBuiltIn: true, Command: null, Continue: null, [], "demo", SandboxKind.None, AgentProgram.DemoCommand),
        new(new AgentProgramId("shell"), "Shell", IsBuiltIn: true, Command: null, Continue: null, [], "shell", SandboxKind.None),
    ];

    private static AgentProgram Agent(string id, string name, string command, string? goOn, string? acp) =>
        new(new AgentProgramId(id), name, IsBuiltIn: true, command, goOn, s_questions, id, SandboxKind.None, acp);
}
