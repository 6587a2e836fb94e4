using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Agents;

/// <summary>Routes from when agents were called chat sessions: an id that is an agent's leads to it. The page does the same for its own addresses.</summary>
internal static class MovedSessions
{
    public static void MapMovedSessions(this IEndpointRouteBuilder routes) =>
        routes.MapMethods("/api/sessions/{agentId}/messages", [HttpMethods.Get, HttpMethods.Post], Messages).Requires(Access.Agent(Role.Viewer, "agentId"));

    private static RedirectHttpResult Messages(AgentId agentId, HttpRequest request) =>
        TypedResults.Redirect($"/api/agents/{Uri.EscapeDataString(agentId.Value)}/messages{request.QueryString}", permanent: true, preserveMethod: true);
}
