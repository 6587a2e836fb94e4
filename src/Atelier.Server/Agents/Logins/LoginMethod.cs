using System.Text.Json;

namespace Atelier.Server.Agents.Logins;

/// <summary>A way to log in that a program offers.</summary>
/// <remarks>
/// <code>
/// {"id":"oauth","name":"Log in with a browser"}                                        the program does it when it is told to
/// {"id":"tty","name":"In a terminal","type":"terminal","args":["login"],"env":{}}      its own command with these arguments added, in a terminal
/// {"id":"key","name":"A key","type":"env_var","vars":[{"name":"KEY","secret":true}]}   variables of its environment
/// {"id":"old","name":"…","_meta":{"terminal-auth":{"command":"x","args":["login"]}}}   a command of its own, from before there was a type
/// </code>
/// </remarks>
internal abstract record LoginMethod(string Id, string Name)
{
    private const int MaxIdLength = 255;

    /// <summary>The program does it when it is told to.</summary>
    internal sealed record ByProgram(string Id, string Name) : LoginMethod(Id, Name);

    /// <summary>A command in a terminal.</summary>
    /// <param name="Id">Its id.</param>
    /// <param name="Name">For people.</param>
    /// <param name="Command">Program and arguments; null for the agent program's own command.</param>
    /// <param name="Arguments">What is added to it.</param>
    /// <param name="Environment">Variables that it gets.</param>
    internal sealed record InTerminal(string Id, string Name, string? Command, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment)
        : LoginMethod(Id, Name);

    /// <summary>Variables that are to be set where the program is started.</summary>
    internal sealed record ByVariables(string Id, string Name, IReadOnlyList<string> Names) : LoginMethod(Id, Name);

    /// <summary>The method of an id among those that a program offers; null when it does not offer that.</summary>
    public static LoginMethod? Find(string? methods, string id)
    {
        if (methods is null || JsonElement.Parse(methods) is not { ValueKind: JsonValueKind.Array } all)
        {
            return null;
        }

        var method = all.EnumerateArray().FirstOrDefault(one => one.Member("id")?.Text() == id);
        return method.ValueKind == JsonValueKind.Object && id.Length is > 0 and <= MaxIdLength ? Read(id, method) : null;
    }

    private static LoginMethod Read(string id, JsonElement method)
    {
        var name = method.Member("name")?.Text() ?? id;
        if (method.Member("_meta")?.Member("terminal-auth") is { ValueKind: JsonValueKind.Object } older && older.Member("command")?.Text() is { Length: > 0 } command)
        {
            return new InTerminal(id, name, command, Texts(older.Member("args")), Variables(older.Member("env")));
        }

        return method.Member("type")?.Text() switch
        {
            "terminal" => new InTerminal(id, name, Command: null, Texts(method.Member("args")), Variables(method.Member("env"))),
            "env_var" => new ByVariables(id, name, VariableNames(method)),
            _ => new ByProgram(id, name),
        };
    }

    private static List<string> Texts(JsonElement? list) =>
        list is { ValueKind: JsonValueKind.Array } texts ? [.. texts.EnumerateArray().Select(text => text.Text()).OfType<string>().Where(JsonTexts.IsKept)] : [];

    private static Dictionary<string, string> Variables(JsonElement? map) => map is { ValueKind: JsonValueKind.Object } variables
        ? variables.EnumerateObject().Where(one => IsName(one.Name) && one.Value.Text() is not null).ToDictionary(one => one.Name, one => one.Value.Text() ?? "", StringComparer.Ordinal)
        : [];

    private static List<string> VariableNames(JsonElement method) => method.Member("vars") is { ValueKind: JsonValueKind.Array } variables
        ? [.. variables.EnumerateArray().Select(one => one.Member("name")?.Text()).OfType<string>().Where(IsName)]
        : method.Member("varName")?.Text() is { } only && IsName(only) ? [only] : [];

    private static bool IsName(string name) => name.Length > 0 && !name.Contains('=', StringComparison.Ordinal) && JsonTexts.IsKept(name);
}
