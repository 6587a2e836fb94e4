using Atelier.Protocol.HostLink;
using Atelier.Server.Agents;
using Atelier.Server.Hosts;
using Atelier.Server.Reviews.Checkpoints;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Reviews.Forecasts;

/// <summary>What merging an agent's work with a branch would come to.</summary>
/// <param name="Branch">The branch.</param>
/// <param name="AgentId">Whose it is; absent for the base branch.</param>
/// <param name="Title">What that agent does.</param>
/// <param name="Commit">The commit that was merged with; absent when there is no such branch.</param>
/// <param name="Conflicts">Files that git cannot merge by itself.</param>
internal sealed record MergeForecast(string Branch, AgentId? AgentId, string? Title, string? Commit, IReadOnlyList<string> Conflicts);

/// <summary>What merging an agent's work would come to.</summary>
/// <param name="Commit">The work, uncommitted files included.</param>
/// <param name="Base">With the branch it started from.</param>
/// <param name="Agents">With the work of other agents that are at it in the same repository.</param>
internal sealed record Forecast(string Commit, MergeForecast Base, IReadOnlyList<MergeForecast> Agents);

/// <summary>Looks at what merges would come to, before anybody makes them. Uncommitted work counts.</summary>
internal sealed class Forecasting(ReviewPlaces places, CheckpointStore checkpoints, IOptions<ReviewsOptions> options)
{
    /// <summary>With the base branch and with some other agents.</summary>
    public async Task<Forecast> LookAsync(ReviewPlace place, string into, IEnumerable<AgentView> others, CancellationToken cancellationToken)
    {
        var agents = others.Where(other => other.Branch is not null && other.SessionId is not null && other.Id != place.Agent.Id
            && other is { Status: AgentStatus.Active, ArchivedAt: null } && other.RepositoryId == place.Agent.Place?.RepositoryId)
            .Take(options.Value.MaxForecastAgents).ToList();
        var asked = new List<ForecastOther> { new(into, Checkpoint: null) };
        foreach (var agent in agents)
        {
            asked.Add(new ForecastOther(agent.Branch ?? "", await checkpoints.NewestCommitAsync(agent.Id, cancellationToken)));
        }

        var reply = await place.Link.RequestAsync(
            HostMethods.ForecastMerges,
            new ForecastRequest(place.RepositoryPath, place.Worktree, place.Branch, asked),
            HostJson.Default.ForecastRequest,
            HostJson.Default.ForecastReply,
            cancellationToken,
            isLong: true);
        return new Forecast(
            reply.Commit,
            new MergeForecast(into, AgentId: null, Title: null, reply.Forecasts[0].Commit, reply.Forecasts[0].Conflicts),
            [.. agents.Zip(reply.Forecasts.Skip(1), (agent, facts) => new MergeForecast(agent.Branch ?? "", agent.Id, agent.Title ?? agent.TaskRequest, facts.Commit, facts.Conflicts))]);
    }

    /// <summary>Looks at the base branch after a turn, so that lists show conflicts before somebody lands.</summary>
    /// <exception cref="HostOfflineException">Its host has no link just now.</exception>
    public async Task RefreshAsync(AgentId id, CancellationToken cancellationToken)
    {
        if (await places.FindAsync(id, cancellationToken) is not { } place)
        {
            return;
        }

        var forecast = await LookAsync(place, place.BaseBranch, [], cancellationToken);
        await NoteAsync(place, forecast, cancellationToken);
        await ReviewChanged.TellAsync(place.Owner, ReviewPart.Forecast, cancellationToken);
    }

    /// <summary>Keeps what a look at the base branch showed with the agent.</summary>
    public static Task NoteAsync(ReviewPlace place, Forecast forecast, CancellationToken cancellationToken)
    {
        int? conflicts = forecast.Base.Commit is null ? null : forecast.Base.Conflicts.Count;
        return forecast.Base.Branch != place.BaseBranch || place.Agent.BaseConflicts == conflicts ? Task.CompletedTask : place.Owner.ChangeAsync(
            change =>
            {
                change.Become(change.Agent with { BaseConflicts = conflicts });
                return true;
            },
            otherwise: false,
            cancellationToken);
    }
}
