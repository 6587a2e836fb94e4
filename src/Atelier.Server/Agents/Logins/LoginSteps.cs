using System.Diagnostics;
using Atelier.Server.Accounts;
using Atelier.Server.Sessions.Workers;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Agents.Logins;

/// <summary>Logging in to an agent's program, from the agent or from the inbox.</summary>
internal static class LoginSteps
{
    /// <summary>Begins to log in.</summary>
    public static async Task<LoginReply> BeginAsync(
        AgentOwner owner, string? method, CurrentUser user, AuditLog audit, TimeProvider clock, CancellationToken cancellationToken)
    {
        var terminal = WorkerId.New(clock);
        var reply = await owner.ChangeAsync(change => LoginRules.Begin(change, method, user.Id, terminal), new LoginReply.NoInstance(), cancellationToken);
        if (reply is LoginReply.Begun)
        {
            await audit.WriteAsync(new AuditEntry(user.Actor, "agent-login", "agent", owner.Current.Id.Value, new { method }), cancellationToken);
        }

        return reply;
    }

    /// <summary>Why it did not begin; null when it did.</summary>
    public static ProblemHttpResult? ProblemOf(LoginReply reply, string? method) => reply switch
    {
        LoginReply.Begun => null,
        LoginReply.NotOffered => AgentProblems.LoginNotOffered(method),
        LoginReply.NeedsVariables needs => AgentProblems.LoginNeedsVariables(needs.Names),
        LoginReply.NoInstance => AgentProblems.InstanceNotFound(),
        _ => throw new UnreachableException(),
    };
}
