using System.Text.Json.Nodes;
using Atelier.Server.ModelProviders.Asking;

namespace Atelier.Server.Agents.BuiltIn;

/// <summary>Arguments of a call, read with forgiveness: models write numbers as texts, and paths as they like.</summary>
/// <param name="Given">The object as it was written.</param>
/// <param name="Worktree">Where relative paths begin.</param>
internal sealed record ToolArguments(JsonObject Given, string Worktree)
{
    /// <summary>Reads them; null when they are no JSON object.</summary>
    public static ToolArguments? Of(ToolCall call, string worktree) => CallArguments.Object(call.Arguments) is { } given ? new ToolArguments(given, worktree) : null;

    public string? Text(string name) => Given[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public int? Number(string name) => Given[name] switch
    {
        JsonValue value when value.TryGetValue<int>(out var number) => number,
        JsonValue value when value.TryGetValue<double>(out var number) && number is > int.MinValue and < int.MaxValue => (int)number,
        JsonValue value when value.TryGetValue<string>(out var text) && int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    public bool Flag(string name) => Given[name] is JsonValue value
        && ((value.TryGetValue<bool>(out var flag) && flag) || (value.TryGetValue<string>(out var text) && text == "true"));

    public IReadOnlyList<string> Texts(string name) =>
        Given[name] is JsonArray list ? [.. list.OfType<JsonValue>().Select(one => one.TryGetValue<string>(out var text) ? text : null).OfType<string>()] : [];

    /// <summary>The path it names, absolute; the worktree itself where it names none.</summary>
    public string Path(string name = "path") => Text(name) is not { Length: > 0 } path || path == "." ? Worktree
        : path.StartsWith('/') ? path
        : $"{Worktree}/{(path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path)}";

    /// <summary>A path as people read it.</summary>
    public string Shown(string name = "path") =>
        Path(name) is var path && path.StartsWith($"{Worktree}/", StringComparison.Ordinal) ? path[(Worktree.Length + 1)..] : path == Worktree ? "." : path;

    /// <summary>The first of some texts that is not there; null when all are.</summary>
    public string? Missing(params string[] names) => names.FirstOrDefault(name => Text(name) is null);
}
