using System.Collections.Concurrent;
using Atelier.Protocol.HostLink;
using Atelier.Server.Agents;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Hosts;
using Atelier.Server.Reviews.Forecasts;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Reviews.Landings;

/// <summary>Does landings whose rows are there, each once: whoever asks again while one is under way waits for the same.</summary>
/// <remarks>
/// The host looks at its branches before it does anything, so a landing that was done by a host whose answer nobody heard is only noted. The agent is told before the row
/// ends: what is told twice is the same.
/// </remarks>
internal sealed class LandingRuns(LandingStore store, ReviewPlaces places, Forecasting forecasts, IOptions<ReviewsOptions> options, TimeProvider clock)
{
    private readonly ConcurrentDictionary<LandingId, Lazy<Task<Landing>>> _running = new();

    /// <summary>Does a landing, or joins it; gives how it ended.</summary>
    /// <exception cref="HostOfflineException">The host went away: it is finished when it is back.</exception>
    public Task<Landing> RunAsync(LandingId id, CancellationToken cancellationToken) =>
        _running.GetOrAdd(id, _ => new Lazy<Task<Landing>>(() => RunAsync(id))).Value.WaitAsync(cancellationToken);

    /// <summary>Finishes landings that a killed server had begun, where the hosts can be reached.</summary>
    public async Task FinishBegunAsync(CancellationToken cancellationToken)
    {
        foreach (var begun in await store.UnfinishedAsync(cancellationToken))
        {
            try
            {
                await RunAsync(begun.Id, cancellationToken);
            }
            catch (HostOfflineException)
            {
                // Tried again with the next link.
            }
        }
    }

    private async Task<Landing> RunAsync(LandingId id)
    {
        try
        {
            return await DoAsync(id);
        }
        finally
        {
            _running.TryRemove(id, out _);
        }
    }

    private async Task<Landing> DoAsync(LandingId id)
    {
        var landing = await store.FindAsync(id, CancellationToken.None) ?? throw new InvalidOperationException($"The landing {id} is gone.");
        if (landing.State != LandingState.Doing)
        {
            return landing;
        }

        var place = await places.FindAsync(landing.AgentId, CancellationToken.None);
        var ended = (place is null ? landing with { State = LandingState.Failed, Detail = "The agent's worktree is gone." } : await AskAsync(landing, place)) with
        {
            FinishedAt = clock.GetUtcNow(),
        };
        if (place is not null && ended.State == LandingState.Landed)
        {
            await NoteAsync(place, ended);
        }

        await store.FinishAsync(ended, CancellationToken.None);
        if (place is not null)
        {
            await ReviewChanged.TellAsync(place.Owner, ReviewPart.Landings, CancellationToken.None);
            await LookAgainAsync(place.Agent.Id);
        }

        return ended;
    }

    private async Task<Landing> AskAsync(Landing landing, ReviewPlace place)
    {
        try
        {
            var reply = await place.Link.RequestAsync(
                HostMethods.Land,
                new LandRequest(
                    $"{landing.AgentId}#{landing.Id}",
                    place.RepositoryPath,
                    ReviewReferences.OfLanding(landing.AgentId, landing.Id.Value),
                    place.Worktree,
                    place.Branch,
                    landing.Into,
                    landing.How.Word(),
                    landing.Message,
                    landing.AuthorName,
                    landing.AuthorEmail,
                    options.Value.Trailers ? [$"Atelier-Agent: {landing.AgentId}"] : [],
                    landing.CommitMessage,
                    options.Value.RunHooks,
                    options.Value.Sign),
                HostJson.Default.LandRequest,
                HostJson.Default.LandReply,
                CancellationToken.None,
                isLong: true);
            return reply.Outcome switch
            {
                LandOutcome.Landed when landing.How == LandingHow.Push => landing with
                {
                    State = LandingState.Pushed,
                    Commit = reply.Commit,
                    PullRequestUrl = PullRequestAddress.Of(reply.RemoteUrl, place.Branch, landing.Into),
                },
                LandOutcome.Landed => landing with { State = LandingState.Landed, Commit = reply.Commit },
                LandOutcome.Conflicts => landing with { State = LandingState.Conflicts, Paths = reply.Conflicts },
                _ => landing with { State = LandingState.Refused, Reason = reply.Reason, Detail = reply.Detail },
            };
        }
        catch (HostRefusedException failed)
        {
            return landing with { State = LandingState.Failed, Detail = failed.Message };
        }
    }

    private static Task<bool> NoteAsync(ReviewPlace place, Landing landing) => place.Owner.ChangeAsync(
        change =>
        {
            change.By = landing.CreatedBy;
            change.Become(change.Agent with { LandedAt = change.Now });
            if (landing.Completes)
            {
                WorkSessionRules.EndAll(change, AgentStatus.Completed);
            }

            return true;
        },
        otherwise: false,
        CancellationToken.None);

    private async Task LookAgainAsync(AgentId agent)
    {
        try
        {
            await forecasts.RefreshAsync(agent, CancellationToken.None);
        }
        catch (Exception unreachable) when (unreachable is HostOfflineException or HostRefusedException)
        {
            // The next look shows it; the landing has ended either way.
        }
    }
}
