using System.Security.Cryptography;
using System.Text;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Reviews.Checkpoints;

namespace Atelier.Server.Reviews;

/// <summary>Names of references; ids of ours may hold what git does not take.</summary>
internal static class ReviewReferences
{
    public static string OfCheckpoints(AgentId agent) => $"refs/atelier/checkpoints/{Part(agent.Value)}/";

    public static string OfTurn(AgentId agent, TurnId turn, CheckpointWhich which) =>
        $"{OfCheckpoints(agent)}{Part(turn.Value)}-{(which == CheckpointWhich.Before ? "before" : "after")}";

    public static string OfRestore(AgentId agent, CheckpointId id) => $"{OfCheckpoints(agent)}restore-{Part(id.Value)}";

    public static string OfLandings(AgentId agent) => $"refs/atelier/landings/{Part(agent.Value)}/";

    public static string OfLanding(AgentId agent, string landing) => $"{OfLandings(agent)}{Part(landing)}";

    private static string Part(string id) => id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-') && id[0] != '-'
        ? id
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
}
