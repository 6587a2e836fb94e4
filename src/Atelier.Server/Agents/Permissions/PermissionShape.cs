using System.Globalization;
using System.Text.Json;

namespace Atelier.Server.Agents.Permissions;

/// <summary>What rules compare.</summary>
internal enum PermissionSubject
{
    Command,

    /// <summary>What its program calls it, where there is no command.</summary>
    Title,
}

/// <summary>What a program wants leave for, as far as rules look at it; null where nothing of it can be compared for certain.</summary>
/// <remarks>
/// The payload is a tool call of the Agent Client Protocol: <c>{"toolCall":{"kind":"execute","title":"`npm test`","rawInput":{"command":"npm test","cwd":"/work/a"}}}</c>.
/// Programs differ: a command is a text or a list of arguments, or stands in the title alone. Whatever could make the same words do something else (another folder outside
/// of the worktree, other variables, a lifted sandbox, characters that cannot be seen) makes it nothing that a rule could be about.
/// </remarks>
/// <param name="ToolKind">Kind of tool, as programs name them.</param>
/// <param name="Subject">What is compared.</param>
/// <param name="Text">The command or the title, whole.</param>
/// <param name="Folder">The command's folder within the worktree; empty for the worktree's own.</param>
internal sealed record PermissionShape(string ToolKind, PermissionSubject Subject, string Text, string Folder)
{
    public const int MaxTextLength = 4_000;

    private const string Execute = "execute";

    /// <summary>Tools that are about files: which ones says enough.</summary>
    private static readonly string[] s_ofFiles = ["read", "edit", "delete", "move", "search"];

    private static readonly string[] s_commands = ["command", "cmd", "script"];
    private static readonly string[] s_folders = ["cwd", "workdir", "directory", "dir_path"];
    private static readonly string[] s_arguments = ["args", "arguments", "stdin", "input"];

    /// <summary>Members that change what a command may do.</summary>
    private static readonly string[] s_other = ["env", "sandbox", "escalat", "danger", "sudo", "elevat", "privileg", "unrestricted", "host", "user", "shell"];

    /// <param name="payload">What came with the question, as JSON.</param>
    /// <param name="worktree">The agent's worktree; null where it has none.</param>
    public static PermissionShape? Of(string payload, string? worktree)
    {
        using var document = JsonDocument.Parse(payload);
        if (document.RootElement.Member("toolCall") is not { ValueKind: JsonValueKind.Object } call || call.Member("kind")?.Text() is not { Length: > 0 and <= 64 } kind)
        {
            return null;
        }

        var input = call.Member("rawInput");
        if (input is { ValueKind: JsonValueKind.Object } members && s_commands.Any(name => members.Member(name) is { ValueKind: not JsonValueKind.Null }))
        {
            return kind == Execute && FolderIn(members, worktree) is { } folder && Command(members) is { } command && IsPlain(command)
                ? new PermissionShape(kind, PermissionSubject.Command, command, folder)
                : null;
        }

        return call.Member("title")?.Text() is { } title && IsPlain(title) && !IsOther(input) && Titled(title, kind, call, worktree) is { } text && IsPlain(text)
            ? new PermissionShape(kind, PermissionSubject.Title, text, Folder: "")
            : null;
    }

    /// <summary>A title with what it leaves out: the files it is about, else all that the tool is given. Null where a file is not in the worktree.</summary>
    private static string? Titled(string title, string kind, JsonElement call, string? worktree)
    {
        var prefix = worktree is null ? "/" : $"{worktree}/";
        var paths = Members(call, "locations").Concat(Members(call, "content").Where(content => content.Member("type")?.Text() == "diff"))
            .Select(one => one.Member("path")?.Text() ?? "").Distinct(StringComparer.Ordinal).ToList();
        if (paths.Exists(path => path.Length == 0 || path.Split('/').Contains("..") || (path.StartsWith('/') && (worktree is null || !path.StartsWith(prefix, StringComparison.Ordinal)))))
        {
            return null;
        }

        var said = title.Replace(prefix, worktree is null ? prefix : "", StringComparison.Ordinal);
        if (paths.Count > 0 && s_ofFiles.Contains(kind))
        {
            var missing = paths.Select(path => path.StartsWith('/') ? path[prefix.Length..] : path).Where(path => !said.Contains(path, StringComparison.Ordinal)).Order(StringComparer.Ordinal);
            return string.Join(' ', [said, .. missing]);
        }

        return IsSet(call.Member("rawInput")) && call.Member("rawInput") is { } input ? $"{said} {input.Json()}" : said;
    }

    private static JsonElement.ArrayEnumerator Members(JsonElement call, string name) => call.Member(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : default;

    private static string? Command(JsonElement input)
    {
        if (IsOther(input) || s_arguments.Any(name => IsSet(input.Member(name))) || s_commands.Count(name => input.Member(name) is not null) != 1)
        {
            return null;
        }

        var given = s_commands.Select(name => input.Member(name)).OfType<JsonElement>().First();
        if (given.ValueKind == JsonValueKind.String)
        {
            return given.Text();
        }

        if (given.ValueKind != JsonValueKind.Array || given.EnumerateArray().Any(word => word.ValueKind != JsonValueKind.String))
        {
            return null;
        }

        return given.EnumerateArray().Select(word => word.Text() ?? "").ToArray() switch
        {
            [] => null,
            ["bash" or "sh" or "zsh" or "/bin/bash" or "/bin/sh" or "/usr/bin/bash" or "/bin/zsh", "-c" or "-lc", var script] => script,
            var words => string.Join(' ', words.Select(Quoted)),
        };
    }

    /// <summary>Where in the worktree a command is to run; null when it is somewhere else, or not known for certain.</summary>
    private static string? FolderIn(JsonElement input, string? worktree)
    {
        var said = s_folders.Select(name => input.Member(name)).OfType<JsonElement>().Where(folder => folder.ValueKind != JsonValueKind.Null).ToArray();
        if (said.Length == 0)
        {
            return "";
        }

        if (said.Length > 1 || said[0].Text() is not { } folder || worktree is null || !IsPlain(folder) || folder.Split('/').Contains(".."))
        {
            return null;
        }

        var path = folder.StartsWith('/') ? folder.TrimEnd('/') : $"{worktree}/{folder}".TrimEnd('/');
        return path == worktree || path == $"{worktree}/." ? ""
            : path.StartsWith($"{worktree}/", StringComparison.Ordinal) ? path[(worktree.Length + 1)..]
            : null;
    }

    /// <summary>Whether something is set that changes what the same words do.</summary>
    private static bool IsOther(JsonElement? input) =>
        input is { ValueKind: JsonValueKind.Object } members
        && members.EnumerateObject().Any(member => s_other.Any(word => member.Name.Contains(word, StringComparison.OrdinalIgnoreCase)) && IsSet(member.Value));

    private static bool IsSet(JsonElement? value) => value is { } given && given.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.False => false,
        JsonValueKind.String => given.Text() is { Length: > 0 },
        JsonValueKind.Array => given.GetArrayLength() > 0,
        JsonValueKind.Object => given.EnumerateObject().Any(),
        _ => true,
    };

    /// <summary>Whether a person sees all of a text: no characters that hide, or turn what follows around.</summary>
    private static bool IsPlain(string text) =>
        text.Length is > 0 and <= MaxTextLength && !string.IsNullOrWhiteSpace(text) && JsonTexts.IsKept(text) && text.EnumerateRunes().All(rune => rune.Value is '\n' or '\t'
            || System.Text.Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator));

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(PermissionRule.IsPlainCharacter) ? word : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
