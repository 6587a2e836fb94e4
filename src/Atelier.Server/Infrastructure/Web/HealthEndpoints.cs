using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Atelier.Server.Infrastructure.Web;

internal sealed record HealthAnswer(string Status);

internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/health", Health).AllowAnonymousReason("Says only that the server answers.");
        routes.MapGet("/api/ready", Ready).AllowAnonymousReason("Says only whether the database answers.");
    }

    private static Ok<HealthAnswer> Health() => TypedResults.Ok(new HealthAnswer("ok"));

    // A database that is away becomes 503 where every route's does.
    private static async Task<Ok<HealthAnswer>> Ready(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select 1");
        await command.ExecuteScalarAsync(cancellationToken);
        return TypedResults.Ok(new HealthAnswer("ready"));
    }
}
