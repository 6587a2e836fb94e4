using Atelier.Server.Agents.Turns;
using Atelier.Server.Reviews.Checkpoints;
using Atelier.Server.Reviews.Comments;
using Atelier.Server.Reviews.Diffs;
using Atelier.Server.Reviews.Forecasts;
using Atelier.Server.Reviews.Landings;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Reviews;

internal static class ReviewsSetup
{
    public static IServiceCollection AddReviews(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ReviewsOptions>().Bind(configuration.GetSection(ReviewsOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ReviewsOptions>, ReviewsOptionsValidator>();
        services.AddSingleton<ReviewPlaces>();
        services.AddSingleton<Prompting>();
        services.AddSingleton<CheckpointStore>();
        services.AddSingleton<CheckpointUpkeep>();
        services.AddSingleton<Restoring>();
        services.AddSingleton<ITurnObserver, TurnCheckpoints>();
        services.AddSingleton<WorkDiffs>();
        services.AddSingleton<ViewedFileStore>();
        services.AddSingleton<CommentStore>();
        services.AddSingleton<CommentSending>();
        services.AddSingleton<Forecasting>();
        services.AddSingleton<LandingStore>();
        services.AddSingleton<LandingRuns>();
        services.AddHostedService<ReviewRecovery>();
        return services;
    }

    public static void MapReviews(this IEndpointRouteBuilder routes)
    {
        var agent = routes.MapGroup("/api/agents/{agentId}");
        agent.MapCheckpoints();
        agent.MapDiffs();
        agent.MapComments();
        agent.MapForecasts();
        agent.MapLandings();
    }
}
