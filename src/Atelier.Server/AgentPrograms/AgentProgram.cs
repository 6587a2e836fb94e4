using System.Text.RegularExpressions;
using Atelier.Protocol.HostLink;

namespace Atelier.Server.AgentPrograms;

/// <summary>A program that can do the work, in a terminal.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">For people.</param>
/// <param name="IsBuiltIn">Whether it came with the product; such a one cannot be changed.</param>
/// <param name="Command">How it is started; null for the login shell.</param>
/// <param name="Continue">How it goes on with its last conversation; null when it cannot.</param>
/// <param name="AskingPatterns">Regular expressions that say, on its screen, that it is asking.</param>
/// <param name="Icon">Name of its mark; null for a plain one.</param>
/// <param name="Sandbox">What it is locked into.</param>
internal sealed record AgentProgram(
    AgentProgramId Id,
    string Name,
    bool IsBuiltIn,
    string? Command,
    string? Continue,
    IReadOnlyList<string> AskingPatterns,
    string? Icon,
    SandboxKind Sandbox)
{
    public const int MaxPatterns = 50;

    private const int MaxTextLength = 2000;
    private static readonly TimeSpan s_patternLimit = TimeSpan.FromMilliseconds(50);

    /// <summary>Executable to look for; null for the login shell.</summary>
    public string? Executable => Command is null ? null : CommandTemplate.Parse(Command)?.Words[0];

    /// <summary>What is wrong with a program of somebody's own, in words; null when nothing is.</summary>
    public string? Wrong() =>
        Name.Length is 0 or > 80 ? "name has 1 to 80 characters."
        : Command?.Length is null or 0 or > MaxTextLength || CommandTemplate.Parse(Command) is null
            ? "commandTemplate is a program and its arguments; quotes must be closed."
        : Continue is { } goOn && (goOn.Length > MaxTextLength || CommandTemplate.Parse(goOn) is null)
            ? "continueTemplate is a program and its arguments; quotes must be closed."
        : AskingPatterns.Count > MaxPatterns ? $"There are at most {MaxPatterns} askingPatterns."
        : AskingPatterns.FirstOrDefault(pattern => !IsPattern(pattern)) is { } bad ? $"\"{bad}\" is not a regular expression."
        : null;

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
        Agent("claude-code", "Claude Code", "claude {{PROMPT}}", "claude --continue"),
        Agent("codex", "Codex", "codex {{PROMPT}}", "codex resume --last"),
        Agent("gemini-cli", "Gemini CLI", "gemini --prompt-interactive {{PROMPT}}", "gemini --resume latest"),
        Agent("opencode", "opencode", "opencode --prompt {{PROMPT}}", "opencode --continue"),
        Agent("copilot", "Copilot", "copilot --interactive {{PROMPT}}", "copilot --continue"),
        Agent("qwen-code", "Qwen Code", "qwen --prompt-interactive {{PROMPT}}", "qwen --continue"),
        Agent("aider", "Aider", "aider", "aider --restore-chat-history"),
        new(new AgentProgramId("shell"), "Shell", IsBuiltIn: true, Command: null, Continue: null, [], "shell", SandboxKind.None),
    ];

    private static AgentProgram Agent(string id, string name, string command, string goOn) =>
        new(new AgentProgramId(id), name, IsBuiltIn: true, command, goOn, s_questions, id, SandboxKind.None);
}
