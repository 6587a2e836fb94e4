using Atelier.Server.Accounts;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Permissions;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Waits;
using Atelier.Server.Infrastructure.Database;
using Npgsql;

namespace Atelier.Server.Inbox;

/// <summary>Which items are wanted.</summary>
/// <param name="States">In these states; all when empty.</param>
/// <param name="Kinds">Of these kinds; all when empty.</param>
/// <param name="Agent">Of this agent; of all when null.</param>
/// <param name="Repository">Of this repository; of all when null.</param>
/// <param name="After">After this one; from the beginning when null.</param>
/// <param name="Limit">So many at most.</param>
internal sealed record InboxFilter(IReadOnlyList<InboxState> States, IReadOnlyList<WaitKind> Kinds, string? Agent, string? Repository, InboxItemId? After, int Limit)
{
    /// <summary>Open ones wait in their order; of what is over, the newest is wanted first.</summary>
    public bool OldestFirst => States is [InboxState.Open];
}

/// <summary>Items as people see them.</summary>
internal sealed class InboxListing(NpgsqlDataSource database, AgentListing listing, AgentOwners agents, AgentRows agentRows)
{
    /// <summary>An item by its own id, or by the id of its question; null when there is none.</summary>
    public Task<InboxItem?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.CommandFor($"select {InboxRows.Columns} from inbox_items where id = $1 or request_id = $1", id).OneAsync(InboxRows.Read, cancellationToken);

    /// <summary>Open items of agents that a person may see, the oldest first.</summary>
    public async Task<IReadOnlyList<InboxItem>> OpenForAsync(CurrentUser user, CancellationToken cancellationToken)
    {
        var open = await database.CommandFor($"select {InboxRows.Columns} from inbox_items where state = 'open' order by created_at, id").AllAsync(InboxRows.Read, cancellationToken);
        if (open.Count == 0)
        {
            return [];
        }

        var visible = (await listing.IdsForAsync(user, cancellationToken)).ToHashSet();
        return [.. open.Where(item => visible.Contains(item.AgentId))];
    }

    /// <summary>Open items of a repository's agents.</summary>
    public Task<IReadOnlyList<InboxItem>> OpenOfRepositoryAsync(string repository, CancellationToken cancellationToken) =>
        database.CommandFor($"select {InboxRows.Columns} from inbox_items where state = 'open' and repository_id = $1 order by created_at, id", repository)
            .AllAsync(InboxRows.Read, cancellationToken);

    /// <summary>Items that a person may see, with how to go on.</summary>
    public async Task<InboxReply> ListAsync(CurrentUser user, InboxFilter filter, CancellationToken cancellationToken)
    {
        var visible = (await listing.IdsForAsync(user, cancellationToken, filter.Repository)).Where(id => filter.Agent is null || id.Value == filter.Agent);
        var (order, sign) = filter.OldestFirst ? ("asc", ">") : ("desc", "<");
        var items = await database.CommandFor(
            $"""
            select {InboxRows.Columns}, users.display_name, rule.match, rule.pattern, rule.folder from inbox_items
            left join users on users.id = inbox_items.answered_by left join permission_rules rule on rule.id = inbox_items.rule_id
            where inbox_items.agent_id = any($1) and (cardinality($2::text[]) = 0 or inbox_items.state = any($2)) and (cardinality($3::text[]) = 0 or inbox_items.kind = any($3))
                and ($4::text is null or (inbox_items.created_at, inbox_items.id) {sign} (select created_at, id from inbox_items where id = $4))
            order by inbox_items.created_at {order}, inbox_items.id {order} limit $5
            """,
            visible.Select(id => id.Value).ToArray(),
            filter.States.Select(state => state.Word()).ToArray(),
            filter.Kinds.Select(kind => kind.Word()).ToArray(),
            filter.After?.Value,
            filter.Limit + 1).AllAsync(ReadShown, cancellationToken);
        var shown = items.Take(filter.Limit).ToList();
        var known = await listing.ShowAsync(user, [.. shown.Select(one => one.Item.AgentId).Distinct()], cancellationToken);
        var views = shown.Where(one => known.ContainsKey(one.Item.AgentId)).Select(one =>
        {
            var (agent, view) = known[one.Item.AgentId];
            return Of(one.Item, agent, view, agent.Requests.Find(request => request.Id == one.Item.RequestId && request.State == RequestState.Open), one.Name, one.Rule);
        }).ToList();
        return new InboxReply(views, items.Count > filter.Limit ? items[filter.Limit - 1].Item.Id : null);
    }

    /// <summary>An item with its question, also of one that is over; null when there is none.</summary>
    /// <param name="id">Which.</param>
    /// <param name="view">Its agent, as whoever asks sees it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<InboxItemView?> ShowAsync(InboxItemId id, AgentView view, CancellationToken cancellationToken)
    {
        var shown = await database.CommandFor(
            $"""
            select {InboxRows.Columns}, users.display_name, rule.match, rule.pattern, rule.folder from inbox_items
            left join users on users.id = inbox_items.answered_by left join permission_rules rule on rule.id = inbox_items.rule_id where inbox_items.id = $1
            """,
            id).OneAsync(ReadShown, cancellationToken);
        return shown is ({ } item, var name, var rule) && await agents.FindAsync(item.AgentId) is { Current: var agent }
            ? Of(item, agent, view, item.RequestId is { } request ? await agentRows.RequestAsync(request, cancellationToken) : null, name, rule)
            : null;
    }

    private static (InboxItem Item, string? Name, string? Rule) ReadShown(NpgsqlDataReader row) => (
        InboxRows.Read(row),
        row.TextOrNull(16),
        row.TextOrNull(18) is { } pattern ? $"{pattern}{(row.GetString(17) == "prefix" ? " …" : "")}{(row.GetString(19) is { Length: > 0 } folder ? $" in {folder}" : "")}" : null);

    private static InboxItemView Of(InboxItem item, Agent agent, AgentView view, AgentRequest? request, string? name, string? rule) => new(
        item.Id,
        item.Kind,
        item.State,
        item.Title,
        item.Summary,
        view,
        agent.Place?.Path,
        item.WorkSessionId,
        item.WorkSessionId is { } id ? agent.Find(id)?.Name : null,
        item.TurnId,
        request is null ? null : RequestView.Of(request),
        item.RuleId,
        rule,
        item.ExpiresAt,
        item.Answer,
        item.AnsweredBy,
        name,
        item.AnsweredAt,
        item.CreatedAt)
    {
        Remembers = request is { What: AgentRequest.Permission, State: RequestState.Open } && agent.Place is not null && PermissionShape.Of(request.Payload, agent.Place.Path) is { } shape
            ? new RememberedView(shape.ToolKind, shape.Text, shape.Folder, PermissionRule.WordsOf(shape))
            : null,
    };
}
