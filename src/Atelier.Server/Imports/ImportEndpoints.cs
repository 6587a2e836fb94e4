using Atelier.Server.Accounts;
using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Atelier.Server.Imports;

/// <param name="Imported">How many were added and how many were here.</param>
/// <param name="Notes">What could not be taken over as it was, in words.</param>
internal sealed record ImportReply(ImportCounts Imported, IReadOnlyList<string> Notes);

internal sealed record ImportedRecordsReply(IReadOnlyList<ImportedRecord> Records);

internal static class ImportEndpoints
{
    private const int MaxBodyBytes = 64 << 20;
    private const int MostRecords = 500;

    public static void MapImports(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/imports/agent-console", ImportAgentConsole)
            .WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes))
            .Requires(Access.Administrator);
        routes.MapGet("/api/imports/agent-console", ListAgentConsole).Requires(Access.Administrator);
    }

    private static async Task<Results<Ok<ImportReply>, ProblemHttpResult>> ImportAgentConsole(
        AgentConsoleRequest request, CurrentUser user, AgentConsoleImport import, CancellationToken cancellationToken)
    {
        if (AgentConsolePlanner.Wrong(request) is { } wrong)
        {
            return ImportProblems.NotUsable(wrong);
        }

        var plan = await import.RunAsync(request, user, cancellationToken);
        return TypedResults.Ok(new ImportReply(plan.Counts, [.. plan.Notes]));
    }

    private static async Task<Ok<ImportedRecordsReply>> ListAgentConsole(
        ImportStore records, CancellationToken cancellationToken, int skip = 0, int limit = MostRecords) =>
        TypedResults.Ok(new ImportedRecordsReply(
            await records.PageAsync(Math.Max(skip, 0), Math.Clamp(limit, 1, MostRecords), cancellationToken)));
}
