using Atelier.Server.Accounts;
using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.AgentPrograms.Settings;

/// <summary>Variables that a program gets, by their names; what they are is not told again.</summary>
internal sealed record ProgramEnvironmentReply(IReadOnlyList<string> Variables);

/// <summary>Changes variables that a program gets; what is absent stays.</summary>
/// <param name="Variables">Values by name; null removes one.</param>
internal sealed record ChangeProgramEnvironment(IReadOnlyDictionary<string, string?> Variables);

internal static class ProgramEnvironmentEndpoints
{
    private const int MaxVariables = 100;
    private const int MaxNameLength = 200;
    private const int MaxValueLength = 32_000;

    // What would turn every program into another one, or is ours to say.
    private static readonly string[] s_ours = ["PATH", "HOME", "LD_PRELOAD", "LD_LIBRARY_PATH"];

    public static void MapProgramEnvironments(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/agent-programs/{id}/environment", Get).Requires(Access.Administrator);
        routes.MapPatch("/api/agent-programs/{id}/environment", Change).Requires(Access.Administrator);
    }

    private static async Task<Results<Ok<ProgramEnvironmentReply>, ProblemHttpResult>> Get(
        AgentProgramId id, ProgramCatalog catalog, ProgramEnvironments environments, CancellationToken cancellationToken) =>
        await catalog.FindAsync(id, cancellationToken) is null
            ? AgentProgramProblems.NotFound(id.Value)
            : TypedResults.Ok(Reply(await environments.OfAsync(id, cancellationToken)));

    private static async Task<Results<Ok<ProgramEnvironmentReply>, ProblemHttpResult>> Change(
        AgentProgramId id,
        ChangeProgramEnvironment request,
        CurrentUser user,
        ProgramCatalog catalog,
        ProgramEnvironments environments,
        AuditLog audit,
        CancellationToken cancellationToken)
    {
        if (await catalog.FindAsync(id, cancellationToken) is null)
        {
            return AgentProgramProblems.NotFound(id.Value);
        }

        var variables = (await environments.OfAsync(id, cancellationToken)).ToDictionary(StringComparer.Ordinal);
        foreach (var (name, value) in request.Variables)
        {
            if (Wrong(name, value) is { } wrong)
            {
                return AgentProgramProblems.EnvironmentInvalid(wrong);
            }

            if (value is null)
            {
                variables.Remove(name);
            }
            else
            {
                variables[name] = value;
            }
        }

        if (variables.Count > MaxVariables)
        {
            return AgentProgramProblems.EnvironmentInvalid($"A program has at most {MaxVariables} variables of its own.");
        }

        await environments.SaveAsync(id, variables, user.Id, cancellationToken);
        await audit.WriteAsync(new AuditEntry(user.Actor, "program-environment-changed", "agent-program", id.Value, new { names = request.Variables.Keys }), cancellationToken);
        return TypedResults.Ok(Reply(variables));
    }

    private static string? Wrong(string name, string? value) =>
        name.Length is 0 or > MaxNameLength || name.Contains('=', StringComparison.Ordinal) || name.Any(char.IsControl) || name.Any(char.IsWhiteSpace)
            ? $"A variable's name has 1 to {MaxNameLength} characters, none of them blank or =."
        : s_ours.Contains(name, StringComparer.Ordinal) || name.StartsWith("ATELIER_", StringComparison.Ordinal) ? $"{name} is set by the machine, or by Atelier."
        : value?.Length > MaxValueLength || value?.Contains('\0', StringComparison.Ordinal) == true ? $"The value of {name} has at most {MaxValueLength} characters, and none that is zero."
        : null;

    private static ProgramEnvironmentReply Reply(IReadOnlyDictionary<string, string> variables) => new([.. variables.Keys.Order(StringComparer.Ordinal)]);
}
