using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Atelier.Protocol.Acp;
using Atelier.Server.Accounts;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Infrastructure.AccessRules;
using Microsoft.Extensions.Options;

namespace Atelier.Server.Agents.Editors;

/// <summary>A conversation as an editor means it: a work session of an agent, or one that was not asked anything yet.</summary>
/// <param name="Id">The work session's.</param>
/// <param name="Owner">The agent's owner; null while there is no agent.</param>
/// <param name="Unasked">What the agent is to be; null once there is one.</param>
internal sealed record FoundSession(WorkSessionId Id, AgentOwner? Owner, UnaskedSession? Unasked);

/// <summary>Begins, finds and lists conversations for editors, with the rights of the person.</summary>
internal sealed class EditorSessions(
    EditorSessionStore store,
    AgentOwners agents,
    AgentAccess access,
    AgentListing listing,
    AgentCreation creation,
    EditorPlaces places,
    IOptions<EditorOptions> options,
    TimeProvider clock)
{
    private const string UsualName = "Editor";
    private const int MaxNameLength = 80;

    /// <summary>Begins a conversation: a new work session of the agent that is named, or a new agent, which is made when it is asked something.</summary>
    public async Task<FoundSession> BeginAsync(NewSessionRequest request, CurrentUser user, CancellationToken cancellationToken)
    {
        // Asked again under the same name, as after a broken connection, it is the same conversation.
        var id = EditorMeta.Text(request.Meta, "requestKey") is { } key
            ? new WorkSessionId($"wks_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{user.Id}\n{key}")))[..32]}")
            : WorkSessionId.New(clock);
        if (EditorMeta.Text(request.Meta, "agentId") is { } agentId)
        {
            return await AddToAsync(new AgentId(agentId), id, EditorMeta.Text(request.Meta, "name"), user, cancellationToken);
        }

        if (EditorMeta.Text(request.Meta, "requestKey") is not null && await store.AgentOfAsync(id, cancellationToken) is not null)
        {
            return await FindAsync(id.Value, user, Role.Viewer, cancellationToken);
        }

        var (repository, branch) = await places.FindAsync(request, user, cancellationToken);
        var unasked = new UnaskedSession(
            id,
            AgentId.New(clock),
            user.Id,
            repository.Id.Value,
            EditorMeta.Text(request.Meta, "baseBranch") ?? branch,
            (await places.ProgramAsync(EditorMeta.Text(request.Meta, "agentProgramId"), user, cancellationToken)).Value,
            EditorMeta.Text(request.Meta, "title"),
            request.Cwd,
            clock.GetUtcNow());
        await store.AddAsync(unasked, options.Value.KeepUnaskedFor, cancellationToken);
        return new FoundSession(id, Owner: null, await store.FindAsync(user.Id, id, cancellationToken) ?? throw EditorRefusals.SessionNotFound());
    }

    /// <summary>The conversation of that id.</summary>
    /// <exception cref="Protocol.JsonRpc.JsonRpcException">There is none for this person, or they may not do with it what they want.</exception>
    public async Task<FoundSession> FindAsync(string sessionId, CurrentUser user, Role needed, CancellationToken cancellationToken)
    {
        if (!WorkSessionId.TryParse(sessionId, provider: null, out var id))
        {
            throw EditorRefusals.SessionNotFound();
        }

        if (await store.AgentOfAsync(id, cancellationToken) is { } agent)
        {
            return new FoundSession(id, await OwnerAsync(agent, user, needed, cancellationToken), Unasked: null);
        }

        return await store.FindAsync(user.Id, id, cancellationToken) is { } unasked
            ? new FoundSession(id, Owner: null, unasked)
            : throw EditorRefusals.SessionNotFound();
    }

    /// <summary>A page of the conversations that a person may see, the newest first.</summary>
    public async Task<ListSessionsReply> ListAsync(ListSessionsRequest request, CurrentUser user, CancellationToken cancellationToken)
    {
        if (!int.TryParse(request.Cursor ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var first))
        {
            throw EditorRefusals.Invalid("cursor is one that a list ended with.");
        }

        var repository = request.Cwd is { } directory ? await places.KnownAsync(directory, user, cancellationToken) : null;
        var all = new List<ListedSession>();
        foreach (var view in await listing.AllForAsync(user, cancellationToken))
        {
            if (view.ArchivedAt is null && (request.Cwd is null || (repository is not null && view.RepositoryId == repository.Id.Value)) && await agents.FindAsync(view.Id) is { Current: var agent })
            {
                all.AddRange(await ListedAsync(agent, view, cancellationToken));
            }
        }

        var sessions = all.OrderByDescending(one => one.UpdatedAt).Skip(first).Take(options.Value.ListedSessions).ToList();
        var next = first + sessions.Count;
        return new ListSessionsReply(sessions, next < all.Count ? next.ToString(CultureInfo.InvariantCulture) : null);
    }

    /// <summary>The owner of an agent, for whoever has a role in it.</summary>
    public async Task<AgentOwner> OwnerAsync(AgentId id, CurrentUser user, Role needed, CancellationToken cancellationToken)
    {
        if (await agents.FindAsync(id) is not { } owner || await access.RoleInAsync(user, AgentView.Of(owner.Current), cancellationToken) is not { } role)
        {
            throw EditorRefusals.SessionNotFound();
        }

        return role >= needed ? owner : throw EditorRefusals.ReadOnly();
    }

    private async Task<FoundSession> AddToAsync(AgentId agent, WorkSessionId id, string? name, CurrentUser user, CancellationToken cancellationToken)
    {
        if (name?.Length > MaxNameLength)
        {
            throw EditorRefusals.Invalid($"_meta.atelier.name has at most {MaxNameLength} characters.");
        }

        var owner = await OwnerAsync(agent, user, Role.Editor, cancellationToken);
        var reply = await owner.ChangeAsync(
            change => change.Agent.Find(id) is not null ? WorkSessionReply.Already : creation.AddWorkSession(change, id, name ?? UsualName, AgentType.ZedAgent),
            WorkSessionReply.NotFound,
            cancellationToken);
        return reply is WorkSessionReply.Changed or WorkSessionReply.Already ? new FoundSession(id, owner, Unasked: null) : throw EditorRefusals.Of(AgentProblems.Of(reply));
    }

    private async Task<IEnumerable<ListedSession>> ListedAsync(Agent agent, AgentView view, CancellationToken cancellationToken)
    {
        var directory = agent.Place?.Path ?? (agent.Place is { } place ? await places.PathOfAsync(place.RepositoryId, cancellationToken) : null) ?? "/";
        return agent.WorkSessions.Select(one => new ListedSession(
            one.Id.Value,
            directory,
            $"{view.Title ?? AgentTitle.Fit(view.TaskRequest)}{(agent.WorkSessions.Count > 1 ? $": {one.Name}" : "")}",
            agent.ThreadOf(one.Id)?.LastActivityAt ?? one.CreatedAt,
            EditorMeta.Of(new JsonObject
            {
                ["agentId"] = agent.Id.Value,
                ["agentProgramId"] = agent.ProgramId,
                ["repositoryId"] = view.RepositoryId,
                ["branch"] = view.Branch,
                ["activity"] = Word(view.Activity),
            })));
    }

    private static string Word(AgentActivity activity) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName($"{activity}");
}
