using System.Text.Json;
using Atelier.Server.Agents.WorkSessions;

namespace Atelier.Server.Agents;

/// <summary>States as the words that rows have; a word is never changed.</summary>
internal static class AgentWords
{
    public static string Word<T>(this T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    public static T Of<T>(string word)
        where T : struct, Enum => Enum.Parse<T>(word.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);

    /// <summary>A kind of work session as callers write it; null when there is none of that name.</summary>
    public static AgentType? TypeOf(string word) => word switch
    {
        "zed_agent" => AgentType.ZedAgent,
        "helix_agent" => AgentType.HelixAgent,
        "simple" => AgentType.Simple,
        _ => null,
    };
}
