using Atelier.Server.Accounts;
using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Backups;

internal static class BackupEndpoints
{
    private const string ContentType = "application/gzip";

    public static IServiceCollection AddBackups(this IServiceCollection services) => services.AddSingleton<Backup>();

    // A POST, though it changes nothing: it holds every secret of the installation, so no link and no form may ask for one.
    public static void MapBackups(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/backups", Write).Requires(Access.Administrator);

    private static async Task<PushStreamHttpResult> Write(
        CurrentUser user, Backup backup, AuditLog audit, CancellationToken cancellationToken, bool worktrees = false)
    {
        await audit.WriteAsync(new AuditEntry(user.Actor, "backed-up", "installation", "all", new { worktrees }), cancellationToken);
        return TypedResults.Stream(stream => backup.WriteAsync(stream, worktrees, cancellationToken), ContentType);
    }
}
