using Atelier.Server.Accounts;
using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Agents.Permissions;

internal sealed record PermissionRulesReply(IReadOnlyList<PermissionRuleView> Rules);

internal static class PermissionRuleEndpoints
{
    public static void MapPermissionRules(this IEndpointRouteBuilder routes)
    {
        var all = routes.MapGroup("/api/repositories/{id}/permission-rules");
        all.MapGet("", List).Requires(Access.Repository(Role.Viewer));
        all.MapDelete("/{ruleId}", Revoke).Requires(Access.Repository(Role.Editor));
    }

    private static async Task<Ok<PermissionRulesReply>> List(string id, PermissionRules rules, CancellationToken cancellationToken) =>
        TypedResults.Ok(new PermissionRulesReply(await rules.AllAsync(id, cancellationToken)));

    private static async Task<Results<NoContent, ProblemHttpResult>> Revoke(
        string id, PermissionRuleId ruleId, CurrentUser user, PermissionRules rules, AuditLog audit, CancellationToken cancellationToken)
    {
        switch (await rules.RevokeAsync(id, ruleId, user.Id, cancellationToken))
        {
            case null:
                return AgentProblems.RuleNotFound();
            case true:
                await audit.WriteAsync(new AuditEntry(user.Actor, "permission-rule-revoked", "repository", id, new { rule = ruleId.Value }), cancellationToken);
                return TypedResults.NoContent();
            case false:
                return TypedResults.NoContent(); // somebody was quicker
        }
    }
}
