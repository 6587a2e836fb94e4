using Atelier.Server.Hosts.Links;
using Atelier.Server.Infrastructure.Database;
using Atelier.Server.Reviews.Checkpoints;
using Atelier.Server.Reviews.Comments;
using Atelier.Server.Reviews.Landings;

namespace Atelier.Server.Reviews;

/// <summary>Finishes what a killed server had begun, whenever a host comes, and lets go of what nobody wants any more.</summary>
internal sealed partial class ReviewRecovery(
    LandingRuns landings, Restoring restores, CommentSending comments, CheckpointUpkeep checkpoints, HostLinks links, TimeProvider clock, ILogger<ReviewRecovery> logger) : BackgroundService
{
    private static readonly TimeSpan s_again = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var areCommentsSettled = false;
        while (true)
        {
            var changed = links.Changed;
            var pause = s_again;
            try
            {
                if (!areCommentsSettled)
                {
                    await comments.FinishBegunAsync(stoppingToken);
                    areCommentsSettled = true;
                }

                await landings.FinishBegunAsync(stoppingToken);
                await restores.FinishBegunAsync(stoppingToken);
                await checkpoints.DropUnwantedAsync(stoppingToken);
            }
            catch (Exception away) when (DatabaseAway.Is(away))
            {
                pause = s_soon;
            }
            catch (Exception broken) when (broken is not OperationCanceledException)
            {
                LogBroke(broken); // what is left is looked at again
            }

            await Task.WhenAny(changed, Task.Delay(pause, clock, stoppingToken));
            stoppingToken.ThrowIfCancellationRequested();
        }
    }

    [LoggerMessage(LogLevel.Error, "Finishing what was begun of reviews broke")]
    private partial void LogBroke(Exception broken);
}
