using System.Text.Json;

namespace Atelier.Server.Agents.BuiltIn;

/// <summary>The modes of the built-in agent, offered in the shape of the Agent Client Protocol.</summary>
internal static class BuiltInModes
{
    private static readonly (BuiltInMode Mode, string Id, string Name, string Description)[] s_all =
    [
        (BuiltInMode.Ask, "ask", "Ask first", "Asks before it changes a file or runs a command"),
        (BuiltInMode.AcceptEdits, "accept-edits", "Accept edits", "Changes files by itself, asks before it runs a command"),
        (BuiltInMode.Full, "full", "Full access", "Changes files and runs commands by itself"),
    ];

    public static JsonText Offered { get; } = new(JsonSerializer.Serialize(s_all.Select(one => new { id = one.Id, name = one.Name, description = one.Description })));

    public static string IdOf(BuiltInMode mode) => s_all.First(one => one.Mode == mode).Id;

    /// <summary>The mode of an id; null when there is none.</summary>
    public static BuiltInMode? Of(string id) => s_all.FirstOrDefault(one => one.Id == id) is { Id: not null } found ? found.Mode : null;
}
