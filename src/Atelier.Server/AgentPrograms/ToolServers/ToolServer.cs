using System.Text.Json.Nodes;

namespace Atelier.Server.AgentPrograms.ToolServers;

/// <summary>A server of tools (MCP) that is handed to agent programs.</summary>
/// <param name="Name">For the program; unique in its list.</param>
/// <param name="Type">stdio, http or sse.</param>
/// <param name="Command">What is run, for stdio.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Url">Its address, for http and sse.</param>
/// <param name="Values">Variables of what is run, or headers; keys may be among them.</param>
internal sealed record ToolServer(string Name, string Type, string? Command, IReadOnlyList<string>? Arguments, string? Url, IReadOnlyDictionary<string, string>? Values)
{
    public const string Stdio = "stdio";
    public const string Http = "http";
    public const string Sse = "sse";

    public const int MostServers = 50;

    private const int MaxNameLength = 80;
    private const int MaxTextLength = 8_000;
    private const int MostTexts = 200;

    /// <summary>What is wrong with it, in words; null when nothing is.</summary>
    public string? Wrong() =>
        Name.Length is 0 or > MaxNameLength || Name.Any(char.IsControl) ? $"A server's name has 1 to {MaxNameLength} characters."
        : Type is not (Stdio or Http or Sse) ? $"The type of {Name} is stdio, http or sse."
        : Type == Stdio && !IsText(Command) ? $"{Name} has no command."
        : Type != Stdio && !(Uri.TryCreate(Url, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0)
            ? $"The url of {Name} is one of http or https, without a password in it."
        : Arguments?.Count > MostTexts || Values?.Count > MostTexts ? $"{Name} has at most {MostTexts} arguments, variables or headers."
        : Arguments?.Any(text => text.Length > MaxTextLength || text.Contains('\0', StringComparison.Ordinal)) == true
            || Values?.Any(one => !IsText(one.Key) || one.Value.Length > MaxTextLength || one.Value.Any(char.IsControl)) == true
            ? $"A text of {Name} has more than {MaxTextLength} characters, or one that cannot be."
        : null;

    /// <summary>As the Agent Client Protocol has it.</summary>
    public JsonObject Json()
    {
        var values = new JsonArray([.. (Values ?? new Dictionary<string, string>()).Select(one => (JsonNode)new JsonObject { ["name"] = one.Key, ["value"] = one.Value })]);
        return Type == Stdio
            ? new JsonObject { ["name"] = Name, ["command"] = Command, ["args"] = new JsonArray([.. (Arguments ?? []).Select(text => (JsonNode)text)]), ["env"] = values }
            : new JsonObject { ["type"] = Type, ["name"] = Name, ["url"] = Url, ["headers"] = values };
    }

    private static bool IsText(string? text) => text is { Length: > 0 and <= MaxTextLength } && !text.Any(char.IsControl);
}
