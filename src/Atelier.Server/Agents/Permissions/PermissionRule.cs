using System.Text.Json;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents.Requests;

namespace Atelier.Server.Agents.Permissions;

internal enum PermissionMatch
{
    /// <summary>All of it is the same.</summary>
    Exact,

    /// <summary>Its leading words are the same, and nothing in it has a meaning for a shell.</summary>
    Prefix,
}

internal enum PermissionDecision
{
    Allow,
    Deny,
}

/// <summary>What a person has allowed, or forbidden, once for all agents of a repository; pure.</summary>
/// <remarks>
/// It never says more than the person did: in doubt it matches nothing, and somebody is asked. What it answers a program is the option for this one time, so that a
/// rule that was revoked says nothing any more.
/// </remarks>
internal sealed record PermissionRule
{
    private const int MostOffered = 3;

    /// <summary>Tools whose title may be compared by its leading words: what they do is what they are called.</summary>
    private static readonly string[] s_byLeadingWords = ["read", "edit", "search"];

    /// <summary>Programs that run what comes after them: their name as a leading word says nothing of what would run.</summary>
    private static readonly HashSet<string> s_runners = new(StringComparer.Ordinal)
    {
        "sh", "bash", "dash", "zsh", "fish", "ksh", "csh", "tcsh", "busybox", "env", "sudo", "doas", "su", "xargs", "eval", "exec", "command", "builtin", "source", ".", "nohup", "nice",
        "time", "timeout", "setsid", "stdbuf", "watch", "ssh", "chroot", "unshare", "strace", "script", "parallel", "find", "awk", "perl", "ruby", "python", "python3", "node", "php",
    };

    public required PermissionRuleId Id { get; init; }

    public required string RepositoryId { get; init; }

    /// <summary>The one program it is for; null for all.</summary>
    public string? ProgramId { get; init; }

    public required string ToolKind { get; init; }

    public required PermissionSubject Subject { get; init; }

    public required PermissionMatch Match { get; init; }

    /// <summary>The command or title, or its leading words.</summary>
    public required string Pattern { get; init; }

    /// <summary>The command's folder within the worktree; empty for the worktree's own.</summary>
    public required string Folder { get; init; }

    public required PermissionDecision Decision { get; init; }

    public required UserId CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether it decides about what a program wants leave for.</summary>
    public bool Matches(PermissionShape shape, string program) =>
        shape.ToolKind == ToolKind
        && shape.Subject == Subject
        && shape.Folder == Folder
        && (ProgramId is null || ProgramId == program)
        && (Match == PermissionMatch.Exact ? shape.Text == Pattern : IsLedBy(Pattern, shape));

    /// <summary>Why leading words cannot be a rule for something, in words; null when they can.</summary>
    public static string? MayLead(string words, PermissionShape shape) =>
        words.Length == 0 || words != string.Join(' ', words.Split(' ', StringSplitOptions.RemoveEmptyEntries)) || !words.All(character => character == ' ' || IsPlainCharacter(character))
            ? "Leading words are words with one space between them, without characters that a shell gives a meaning to."
            : shape.Subject == PermissionSubject.Title && !s_byLeadingWords.Contains(shape.ToolKind)
                ? $"What is called {shape.ToolKind} is remembered as a whole only."
                : shape.Subject == PermissionSubject.Command && (s_runners.Contains(words.Split(' ')[0].Split('/')[^1]) || words.Split(' ')[0].Contains('=', StringComparison.Ordinal))
                    ? $"{words.Split(' ')[0]} runs what comes after it; its leading words would allow anything."
                    : null;

    /// <summary>Leading words of something that may be a rule, the shortest first; one word alone says too little to be offered.</summary>
    public static IReadOnlyList<string> WordsOf(PermissionShape shape)
    {
        var words = shape.Text.Split(' ');
        return
        [
            .. Enumerable.Range(2, Math.Clamp(words.Length - 1, 0, MostOffered)).Select(count => string.Join(' ', words.Take(count)))
                .Where(leading => MayLead(leading, shape) is null && Leads(leading, shape.Text)),
        ];
    }

    /// <summary>Whether leading words are those of something, and may be a rule.</summary>
    public static bool IsLedBy(string words, PermissionShape shape) => MayLead(words, shape) is null && Leads(words, shape.Text);

    /// <summary>The rule that decides; null when a person has to. What is forbidden stays so whatever else is allowed.</summary>
    public static PermissionRule? Deciding(IEnumerable<PermissionRule> rules, PermissionShape shape, string program) =>
        rules.Where(rule => rule.Matches(shape, program)).OrderBy(rule => rule.Decision == PermissionDecision.Allow).ThenBy(rule => rule.CreatedAt).FirstOrDefault();

    /// <summary>What it answers, by the kind of the option; null when the program does not offer that.</summary>
    public string? Answer(string payload) => Decision == PermissionDecision.Allow
        ? RequestAnswer.Chosen(payload, optionId: null, "allow_once")
        : RequestAnswer.Chosen(payload, optionId: null, "reject_once");

    /// <summary>What a chosen option decides; null when it decides nothing.</summary>
    public static PermissionDecision? DecisionOf(string payload, string? answer)
    {
        using var given = JsonDocument.Parse(answer ?? "null");
        var chosen = given.RootElement.Member("result")?.Member("outcome")?.Member("optionId")?.Text();
        var kind = chosen is null ? null : RequestAnswer.KindOf(payload, chosen);
        return kind switch
        {
            "allow_once" or "allow_always" => PermissionDecision.Allow,
            "reject_once" or "reject_always" => PermissionDecision.Deny,
            _ => null,
        };
    }

    /// <summary>Characters that no shell gives a meaning to.</summary>
    public static bool IsPlainCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' or '/' or ':' or '@' or '%' or '+' or ',' or '=';

    /// <summary>Whether a text begins with words, as words, and nothing in it has a meaning for a shell.</summary>
    private static bool Leads(string words, string text) =>
        text.All(character => character == ' ' || IsPlainCharacter(character)) && (text == words || text.StartsWith(words + " ", StringComparison.Ordinal));
}
