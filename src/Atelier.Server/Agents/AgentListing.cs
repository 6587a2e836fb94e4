using Atelier.Server.Accounts;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents.Lists;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.Infrastructure.Database;
using Npgsql;

namespace Atelier.Server.Agents;

/// <summary>Agents as lists show them, read from their rows: a list makes no owners.</summary>
internal sealed class AgentListing(NpgsqlDataSource database, AgentGlances glances, AgentAccess access)
{
    /// <summary>So many are read at once.</summary>
    private const int AtOnce = 200;

    /// <summary>So many are looked at for one answer at most; who wants more asks again from there.</summary>
    private const int MostLookedAt = 2_000;

    /// <summary>All agents that a person may see, the newest first.</summary>
    public async Task<IReadOnlyList<AgentView>> AllForAsync(CurrentUser user, CancellationToken cancellationToken)
    {
        var all = new List<AgentView>();
        AgentPlaceInList? after = null;
        do
        {
            (var page, after) = await PageAsync(user, new AgentFilter(Archived: ArchivedAgents.Too), after, AtOnce, cancellationToken);
            all.AddRange(page);
        }
        while (after is not null);
        return all;
    }

    /// <summary>Some of the agents that a person may see, the newest first.</summary>
    /// <param name="user">The person.</param>
    /// <param name="filter">Which.</param>
    /// <param name="after">Where to begin; null for the newest.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Them, and where there may be more; null when there are none.</returns>
    public async Task<(IReadOnlyList<AgentView> Agents, AgentPlaceInList? Next)> PageAsync(
        CurrentUser user, AgentFilter filter, AgentPlaceInList? after, int limit, CancellationToken cancellationToken)
    {
        var sight = await access.SightOfAsync(user, cancellationToken);
        var found = new List<AgentView>();
        for (var looked = 0; looked < MostLookedAt; looked += AtOnce)
        {
            var places = await PlacesAsync(sight, filter, after, cancellationToken);
            var agents = (await glances.ReadAsync([.. places.Select(one => one.Place.Id)], cancellationToken)).ToDictionary(agent => agent.Id);
            foreach (var (place, role) in places)
            {
                if (agents.TryGetValue(place.Id, out var agent) && AgentView.Of(agent) is var view && filter.Takes(view))
                {
                    if (found.Count == limit)
                    {
                        return (found, after);
                    }

                    found.Add(view with { Role = role });
                }

                after = place;
            }

            if (places.Count < AtOnce)
            {
                return (found, null);
            }
        }

        return (found, after);
    }

    /// <summary>The agents that a person may see, archived ones too.</summary>
    public async Task<IReadOnlyList<AgentId>> IdsForAsync(CurrentUser user, CancellationToken cancellationToken, string? repository = null)
    {
        var (seesAll, id, repositories) = (await access.SightOfAsync(user, cancellationToken)).Values;
        return await database.CommandFor(
            $"select id from agents where {AgentSight.Condition} and ($4::text is null or repository_id = $4)", seesAll, id, repositories, repository)
            .AllAsync(row => new AgentId(row.GetString(0)), cancellationToken);
    }

    /// <summary>Agents with how a person sees them, without what was asked in their turns; of questions those that are open and for people.</summary>
    public async Task<IReadOnlyDictionary<AgentId, (Agent Agent, AgentView View)>> ShowAsync(CurrentUser user, IReadOnlyList<AgentId> ids, CancellationToken cancellationToken)
    {
        var sight = await access.SightOfAsync(user, cancellationToken);
        return (await glances.ReadAsync(ids, cancellationToken)).ToDictionary(
            agent => agent.Id, agent => (agent, AgentView.Of(agent) with { Role = sight.RoleIn(agent.UserId, agent.Place?.RepositoryId) }));
    }

    /// <summary>An agent as it is now; null when there is none.</summary>
    public async Task<AgentView?> ReadAsync(AgentId id) =>
        await glances.ReadAsync([id], CancellationToken.None) is [var agent] ? AgentView.Of(agent) : null;

    /// <summary>Agents of a repository.</summary>
    public async Task<IReadOnlyList<AgentView>> OfRepositoryAsync(string repository, CancellationToken cancellationToken)
    {
        var ids = await database.CommandFor("select id from agents where repository_id = $1", repository).AllAsync(row => new AgentId(row.GetString(0)), cancellationToken);
        var all = new List<AgentView>();
        foreach (var some in ids.Chunk(AtOnce))
        {
            all.AddRange((await glances.ReadAsync(some, cancellationToken)).Select(AgentView.Of));
        }

        return all;
    }

    private Task<IReadOnlyList<(AgentPlaceInList Place, Role? Role)>> PlacesAsync(AgentSight sight, AgentFilter filter, AgentPlaceInList? after, CancellationToken cancellationToken)
    {
        var (seesAll, user, repositories) = sight.Values;
        return database.CommandFor(
            $"""
            select created_at, id, user_id, repository_id from agents
            where {AgentSight.Condition}
                and ($4::text is null or user_id = $4)
                and ($5::text is null or repository_id = $5 or repository_owner || '/' || repository_name = $5)
                and ($6::text is null or agent_program_id = $6)
                and ($7 or archived_at is null) and ($8 or archived_at is not null)
                and ($9 or status not in ('completed', 'cancelled'))
                and ($10::timestamptz is null or (created_at, id) < ($10, $11))
            order by created_at desc, id desc limit {AtOnce}
            """,
            seesAll,
            user,
            repositories,
            filter.User,
            filter.Repository,
            filter.Program,
            filter.Archived != ArchivedAgents.Without,
            filter.Archived != ArchivedAgents.Only,
            filter.MayBeEnded,
            after?.CreatedAt,
            after?.Id.Value ?? "").AllAsync(
                row => (new AgentPlaceInList(row.Time(0), new AgentId(row.GetString(1))), sight.RoleIn(new UserId(row.GetString(2)), row.TextOrNull(3))), cancellationToken);
    }
}
