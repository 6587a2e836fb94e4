using System.CommandLine;
using Atelier.Client.Agents;
using Atelier.Client.Api;

namespace Atelier.Cli.Commands.Agents;

/// <summary>Finds agents by what people call them.</summary>
internal static class AgentIds
{
    public static Argument<string> Argument() => new("agent") { Description = "Its id, its branch, or the end of either" };

    /// <summary>The path of an agent given by its id, its branch, or the end of either.</summary>
    public static async Task<string> PathAsync(ApiClient api, string called, CancellationToken cancellationToken) =>
        $"/api/agents/{Uri.EscapeDataString(await FindAsync(api, called, cancellationToken))}";

    public static async Task<string> FindAsync(ApiClient api, string called, CancellationToken cancellationToken)
    {
        var all = await AgentLists.AllAsync(api, "archived=true", cancellationToken);
        var exact = all.Where(agent => agent.Id == called || agent.Branch == called).ToArray();
        var found = exact.Length > 0 ? exact : [.. all.Where(agent => EndsWith(agent, called))];
        return found switch
        {
            [var one] => one.Id,
            [] => throw new CliProblemException($"There is no agent {called}. See: atelier agents list --archived"),
            _ => throw new CliProblemException($"Several agents are called {called}: {string.Join(", ", found.Select(one => one.Id))}. Give the id."),
        };
    }

    private static bool EndsWith(Agent agent, string called) =>
        agent.Id.EndsWith(called, StringComparison.Ordinal) || agent.Branch?.EndsWith(called, StringComparison.Ordinal) == true;
}
