using System.Buffers;
using System.Text.Json;

namespace Atelier.Server.Agents.Terminals;

/// <summary>What a program wants to run in a terminal; null members were not said.</summary>
/// <param name="Command">Program and arguments.</param>
/// <param name="Environment">Variables of its own.</param>
/// <param name="Directory">Where.</param>
/// <param name="OutputByteLimit">How much of its output is wanted at most.</param>
internal sealed record TerminalWish(
    IReadOnlyList<string> Command, IReadOnlyDictionary<string, string?> Environment, string? Directory, int? OutputByteLimit)
{
    private const int MaxNameLength = 60;

    private static readonly SearchValues<char> s_shellCharacters = SearchValues.Create(" \t\n|&;<>()$`\"'*?[]#~{}");

    /// <summary>Name of its tab.</summary>
    public string Name => string.Concat(
        string.Join(' ', Command is ["/bin/sh", "-c", var line] ? [line] : Command).Select(character => char.IsControl(character) ? ' ' : character))
        .Trim().Beginning(MaxNameLength) is { Length: > 0 } name ? name : "Terminal";

    /// <summary>Reads it; null when there is nothing to run, or no program could be given what it says.</summary>
    /// <remarks>
    /// No shell comes between, but where a program gives a whole command line for a command and no arguments, as some do: that means a shell.
    /// </remarks>
    public static TerminalWish? Of(string payload)
    {
        using var parsed = JsonDocument.Parse(payload);
        var asked = parsed.RootElement;
        if (asked.Member("command")?.Text() is not { Length: > 0 } command)
        {
            return null;
        }

        var arguments = Elements(asked, "args").Select(one => one.Text()).ToList();
        var variables = Elements(asked, "env").Select(one => (Name: one.Member("name")?.Text(), Value: one.Member("value")?.Text())).ToList();
        var texts = arguments.Append(command).Concat(variables.SelectMany(one => new[] { one.Name, one.Value })).Append(asked.Member("cwd")?.Text() ?? "");
        if (texts.Any(text => text is null || text.Contains('\0', StringComparison.Ordinal))
            || variables.Exists(one => one.Name is not { Length: > 0 } name || name.Contains('=', StringComparison.Ordinal)))
        {
            return null;
        }

        // Nobody is there to turn the pages.
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["PAGER"] = "cat", ["GIT_PAGER"] = "cat" };
        foreach (var (name, value) in variables)
        {
            environment[name!] = value; // looked at above
        }

        return new TerminalWish(
            arguments.Count == 0 && command.AsSpan().ContainsAny(s_shellCharacters) ? ["/bin/sh", "-c", command] : [command, .. arguments.OfType<string>()],
            environment,
            asked.Member("cwd")?.Text(),
            asked.Member("outputByteLimit") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var limit) ? (int)Math.Clamp(limit, 0, int.MaxValue) : null);
    }

    private static JsonElement.ArrayEnumerator Elements(JsonElement asked, string name) =>
        asked.Member(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : default;
}
