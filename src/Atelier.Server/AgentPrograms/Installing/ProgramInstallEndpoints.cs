using System.Text.RegularExpressions;
using Atelier.Server.Accounts;
using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.AgentPrograms.Installing;

/// <summary>Installs a program on the server's own machine, by npm, into the data folder; also to have another version of it.</summary>
/// <param name="Version">Exact version; absent for the one that was tried with this build.</param>
internal sealed record InstallProgramBody(string? Version = null);

internal static partial class ProgramInstallEndpoints
{
    public static void MapProgramInstalls(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/agent-programs/{id}/install", Install).Requires(Access.Administrator);
        routes.MapPost("/api/agent-programs/{id}/uninstall", Uninstall).Requires(Access.Administrator);
    }

    [GeneratedRegex(@"^[0-9]+\.[0-9]+\.[0-9]+[A-Za-z0-9.+-]*$", RegexOptions.NonBacktracking)]
    private static partial Regex IsVersion { get; }

    private static async Task<Results<Accepted<AgentProgramReply>, ProblemHttpResult>> Install(
        AgentProgramId id,
        InstallProgramBody request,
        CurrentUser user,
        ProgramCatalog catalog,
        ProgramInstallStore installs,
        ProgramInstalling installing,
        AuditLog audit,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (request.Version is { } wanted && (wanted.Length > 100 || !IsVersion.IsMatch(wanted)))
        {
            return AgentProgramProblems.VersionInvalid();
        }

        if (await catalog.FindAsync(id, cancellationToken) is not { } program)
        {
            return AgentProgramProblems.NotFound(id.Value);
        }

        if (program.Package is not { } package)
        {
            return AgentProgramProblems.NotToInstall(program.Name);
        }

        return await BeginAsync(
            program, ProgramInstallState.Installing, request.Version ?? package.Version, user, catalog, installs, installing, audit, clock, cancellationToken);
    }

    private static async Task<Results<Accepted<AgentProgramReply>, ProblemHttpResult>> Uninstall(
        AgentProgramId id,
        CurrentUser user,
        ProgramCatalog catalog,
        ProgramInstallStore installs,
        ProgramInstalling installing,
        AuditLog audit,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (await catalog.FindAsync(id, cancellationToken) is not { } program)
        {
            return AgentProgramProblems.NotFound(id.Value);
        }

        var version = (await catalog.InstalledAsync([program], cancellationToken)).OwnOf(program)?.Version ?? "";
        return await BeginAsync(program, ProgramInstallState.Removing, version, user, catalog, installs, installing, audit, clock, cancellationToken);
    }

    private static async Task<Results<Accepted<AgentProgramReply>, ProblemHttpResult>> BeginAsync(
        AgentProgram program,
        ProgramInstallState state,
        string version,
        CurrentUser user,
        ProgramCatalog catalog,
        ProgramInstallStore installs,
        ProgramInstalling installing,
        AuditLog audit,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var wanted = new ProgramInstall(program.Id, state, version, $"{program.Id}#{now.ToUnixTimeMilliseconds()}", Problem: null, now, FinishedAt: null);
        var begun = await installs.BeginAsync(wanted, user.Id, cancellationToken);
        if (begun.OperationId == wanted.OperationId)
        {
            await audit.WriteAsync(
                new AuditEntry(user.Actor, state == ProgramInstallState.Installing ? "program-installed" : "program-uninstalled", "agent-program", program.Id.Value, new { version }),
                cancellationToken);
        }

        installing.Start(begun);
        return TypedResults.Accepted(
            $"/api/agent-programs/{program.Id}", new AgentProgramReply(AgentProgramView.Of(program, await catalog.InstalledAsync([program], cancellationToken))));
    }
}
