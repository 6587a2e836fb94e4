using Atelier.Server.Accounts;
using Atelier.Server.Agents;
using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Reviews.Forecasts;

internal sealed record ForecastReply(Forecast Forecast);

internal static class ForecastEndpoints
{
    public static void MapForecasts(this IEndpointRouteBuilder agent) => agent.MapGet("/forecast", Look).Requires(Access.Agent(Role.Viewer, "agentId"));

    private static async Task<Results<Ok<ForecastReply>, ProblemHttpResult>> Look(
        AgentId agentId, CurrentUser user, ReviewPlaces places, Forecasting forecasting, AgentListing listing, CancellationToken cancellationToken, string? into = null)
    {
        if (await places.FindAsync(agentId, cancellationToken) is not { } place)
        {
            return ReviewProblems.NoPlace();
        }

        var forecast = await forecasting.LookAsync(
            place, into is { Length: > 0 } ? into : place.BaseBranch, await listing.AllForAsync(user, cancellationToken), cancellationToken);
        await Forecasting.NoteAsync(place, forecast, cancellationToken);
        return TypedResults.Ok(new ForecastReply(forecast));
    }
}
