using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Accounts;

/// <param name="Entries">The newest first.</param>
/// <param name="Next">What <c>before</c> of the next page is; null when there is none.</param>
internal sealed record AuditReply(IReadOnlyList<AuditLine> Entries, long? Next);

internal static class AuditEndpoints
{
    private const int UsualEntries = 100;
    private const int MostEntries = 500;

    public static void MapAudit(this IEndpointRouteBuilder routes) => routes.MapGet("/api/audit", List).Requires(Access.Administrator);

    private static async Task<Ok<AuditReply>> List(
        AuditQueries audit, CancellationToken cancellationToken, long? before = null, string? subject = null, int limit = UsualEntries)
    {
        var most = Math.Clamp(limit, 1, MostEntries);
        var lines = await audit.PageAsync(before, subject, most, cancellationToken);
        return TypedResults.Ok(new AuditReply(lines, lines.Count == most ? lines[^1].Seq : null));
    }
}
