using Atelier.Server.Accounts;
using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Agents.Logins;

/// <summary>Logs in to an agent's program.</summary>
/// <param name="MethodId">One of the methods that it offers; absent when it was done elsewhere, so that the program is started anew and asked again.</param>
internal sealed record LoginRequest(string? MethodId = null);

internal static class LoginEndpoints
{
    public static void MapLogins(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/agents/{agentId}/login", LogIn).Requires(Access.Agent(Role.Editor, "agentId"));
        routes.MapPost("/api/agents/{agentId}/logout", LogOut).Requires(Access.Agent(Role.Editor, "agentId"));
    }

    private static async Task<Results<Accepted<InstanceReply>, ProblemHttpResult>> LogIn(
        AgentId agentId, LoginRequest request, CurrentUser user, AgentOwners agents, AuditLog audit, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await agents.FindAsync(agentId) is not { } owner)
        {
            return AgentProblems.NotFound();
        }

        var method = request.MethodId is { Length: > 0 } id ? id : null;
        var reply = await LoginSteps.BeginAsync(owner, method, user, audit, clock, cancellationToken);
        return ToResult(reply, owner, method);
    }

    private static async Task<Results<Accepted<InstanceReply>, ProblemHttpResult>> LogOut(
        AgentId agentId, CurrentUser user, AgentOwners agents, AuditLog audit, CancellationToken cancellationToken)
    {
        if (await agents.FindAsync(agentId) is not { } owner)
        {
            return AgentProblems.NotFound();
        }

        var reply = await owner.ChangeAsync(LoginRules.LogOut, new LoginReply.NoInstance(), cancellationToken);
        await audit.WriteAsync(new AuditEntry(user.Actor, "agent-logged-out", "agent", agentId.Value), cancellationToken);
        return ToResult(reply, owner, method: null);
    }

    private static Results<Accepted<InstanceReply>, ProblemHttpResult> ToResult(LoginReply reply, AgentOwner owner, string? method) =>
        LoginSteps.ProblemOf(reply, method) is { } problem ? problem
        : owner.Current is { Instance: { } instance } agent
            ? TypedResults.Accepted($"/api/agents/{agent.Id}/instance", new InstanceReply(InstanceView.Of(instance, agent, withThreads: true)))
            : AgentProblems.InstanceNotFound();
}
