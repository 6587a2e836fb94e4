using System.Text.Json;
using Atelier.Server.Accounts;
using Atelier.Server.Agents.BuiltIn;
using Atelier.Server.Agents.Threads;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.ModelProviders;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Atelier.Server.Agents.WorkSessions;

internal sealed record WorkSessionsReply(IReadOnlyList<WorkSessionView> WorkSessions);

internal sealed record WorkSessionBody(WorkSessionView WorkSession);

internal static class WorkSessionEndpoints
{
    private const int MaxNameLength = 80;
    private const int MaxIdLength = 255;

    public static void MapWorkSessions(this IEndpointRouteBuilder routes)
    {
        var all = routes.MapGroup("/api/agents/{agentId}/work-sessions");
        all.MapGet("", List).Requires(Access.Agent(Role.Viewer, "agentId"));
        all.MapPost("", Add).Requires(Access.Agent(Role.Editor, "agentId"));
        all.MapPatch("/{workSessionId}", Change).Requires(Access.Agent(Role.Editor, "agentId"));
        all.MapPost("/{workSessionId}/complete", Complete).Requires(Access.Agent(Role.Editor, "agentId"));
        all.MapPost("/{workSessionId}/cancel", Cancel).Requires(Access.Agent(Role.Editor, "agentId"));
    }

    private static async Task<Results<Ok<WorkSessionsReply>, ProblemHttpResult>> List(AgentId agentId, AgentOwners agents) =>
        await agents.FindAsync(agentId) is { Current: var agent }
            ? TypedResults.Ok(new WorkSessionsReply([.. agent.WorkSessions.Select(one => WorkSessionView.Of(one, agent))]))
            : AgentProblems.NotFound();

    private static async Task<Results<Created<WorkSessionBody>, ProblemHttpResult>> Add(
        AgentId agentId, AddWorkSessionRequest request, AgentOwners agents, AgentCreation creation, TimeProvider clock, CancellationToken cancellationToken)
    {
        var name = request.Name.Trim();
        if (!IsName(name))
        {
            return NotAName();
        }

        if (AgentWords.TypeOf(request.AgentType) is not { } type)
        {
            return AgentProblems.Invalid("agentType is zed_agent, helix_agent or simple.");
        }

        if (request.ConversationId is { } conversation && (!IsId(conversation) || type != AgentType.ZedAgent))
        {
            return AgentProblems.Invalid($"conversationId has 1 to {MaxIdLength} characters, and goes with zed_agent.");
        }

        if (await agents.FindAsync(agentId) is not { } owner)
        {
            return AgentProblems.NotFound();
        }

        if (await creation.RefusalAsync(type, await creation.ProgramOfAsync(owner.Current, cancellationToken), request.ModelProviderId, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        var id = WorkSessionId.New(clock);
        var reply = await owner.ChangeAsync(
            change => creation.AddWorkSession(change, id, name, type, request.ConversationId, request.ModelProviderId), WorkSessionReply.NotFound, cancellationToken);
        return reply == WorkSessionReply.Changed && owner.Current.Find(id) is { } added
            ? TypedResults.Created($"/api/agents/{agentId}/work-sessions/{id}", new WorkSessionBody(WorkSessionView.Of(added, owner.Current)))
            : AgentProblems.Of(reply);
    }

    private static async Task<Results<Ok<WorkSessionBody>, ProblemHttpResult>> Change(
        AgentId agentId, WorkSessionId workSessionId, ChangeWorkSessionRequest request, AgentOwners agents, KnownModels models, CancellationToken cancellationToken)
    {
        if (request.Name is { } wanted && !IsName(wanted.Trim()))
        {
            return NotAName();
        }

        if (WishesOf(request) is not { } wishes)
        {
            return AgentProblems.Invalid($"An id has 1 to {MaxIdLength} characters; the value of an option is an id, true or false, or null for as the program likes.");
        }

        if (await agents.FindAsync(agentId) is not { } owner)
        {
            return AgentProblems.NotFound();
        }

        if (request.ModelProviderId is { Length: > 0 } provider && !(await models.AllAsync(cancellationToken)).Any(one => one.Id.Value == provider))
        {
            return AgentProblems.ModelProviderNotFound(provider);
        }

        var problem = await owner.ChangeAsync(
            change => Apply(change, workSessionId, request.Name?.Trim(), wishes, request.ModelProviderId), AgentProblems.NotFound(), cancellationToken);
        return problem is null && owner.Current.Find(workSessionId) is { } changed
            ? TypedResults.Ok(new WorkSessionBody(WorkSessionView.Of(changed, owner.Current)))
            : problem ?? AgentProblems.WorkSessionNotFound();
    }

    private static ProblemHttpResult? Apply(AgentChange change, WorkSessionId id, string? name, Dictionary<string, SettingValue?> wishes, string? provider)
    {
        if (change.Agent.Find(id) is not { } workSession)
        {
            return AgentProblems.WorkSessionNotFound();
        }

        if (change.Agent.BuiltInOf(id) is { } builtIn)
        {
            return ApplyBuiltIn(change, workSession, builtIn, name, wishes, provider);
        }

        if (provider is not null)
        {
            return AgentProblems.Invalid("Which model its program asks is its program's to say: see its options.");
        }

        if (wishes.Count > 0 && change.Agent.ThreadOf(id) is not { })
        {
            return AgentProblems.Invalid("The work session has no program whose mode and options could be set.");
        }

        if (wishes.FirstOrDefault(wish => wish.Value is { } value && change.Agent.ThreadOf(id)?.Settings.Offers(wish.Key, value) == false).Key is { } unknown)
        {
            return AgentProblems.SettingNotOffered(ThreadSettings.OptionOf(unknown) ?? wishes[unknown]?.Text ?? "");
        }

        if (name is not null && name != workSession.Name)
        {
            change.Become(change.Agent.With(workSession with { Name = name }));
        }

        foreach (var (key, value) in wishes)
        {
            ThreadSettingRules.Want(change, id, key, value);
        }

        return null;
    }

    private static ProblemHttpResult? ApplyBuiltIn(
        AgentChange change, WorkSession workSession, BuiltInThread thread, string? name, Dictionary<string, SettingValue?> wishes, string? provider)
    {
        foreach (var (key, value) in wishes)
        {
            if (key != ThreadSettings.ModeKey || workSession.Type != AgentType.HelixAgent || BuiltInModes.Of(value?.Text ?? "") is not { } mode)
            {
                return AgentProblems.SettingNotOffered(ThreadSettings.OptionOf(key) ?? value?.Text ?? "");
            }

            thread = thread with { Mode = mode };
        }

        thread = provider is null ? thread : thread with { ProviderId = provider.Length == 0 ? null : new ModelProviderId(provider) };
        if (thread != change.Agent.BuiltInOf(workSession.Id) || (name is not null && name != workSession.Name))
        {
            change.Become(change.Agent.With(thread).With(workSession with { Name = name ?? workSession.Name }));
        }

        return null;
    }

    /// <summary>What is wanted, by its key; null when it is nothing that could be.</summary>
    private static Dictionary<string, SettingValue?>? WishesOf(ChangeWorkSessionRequest request)
    {
        var wishes = new Dictionary<string, SettingValue?>(StringComparer.Ordinal);
        if (request.ModeId is { } mode)
        {
            wishes[ThreadSettings.ModeKey] = new SettingValue(mode, IsOn: null);
        }

        foreach (var (option, value) in request.Options ?? new Dictionary<string, JsonElement?>())
        {
            if (!IsId(option) || (value is { ValueKind: not JsonValueKind.Null } && SettingValue.Of(value) is null))
            {
                return null;
            }

            wishes[ThreadSettings.KeyOf(option)] = SettingValue.Of(value);
        }

        return wishes.Values.All(value => value?.Text is not { } text || IsId(text)) ? wishes : null;
    }

    private static bool IsId(string text) => text.Length is > 0 and <= MaxIdLength && JsonTexts.IsKept(text);

    private static bool IsName(string name) => name.Length is > 0 and <= MaxNameLength && !name.Any(char.IsControl);

    private static ProblemHttpResult NotAName() => AgentProblems.Invalid($"A name has 1 to {MaxNameLength} characters, none of them a control character.");

    private static Task<Results<Ok<WorkSessionBody>, ProblemHttpResult>> Complete(
        AgentId agentId, WorkSessionId workSessionId, CurrentUser user, AgentOwners agents, CancellationToken cancellationToken) =>
        EndAsync(agentId, workSessionId, WorkSessionStatus.Completed, user, agents, cancellationToken);

    private static Task<Results<Ok<WorkSessionBody>, ProblemHttpResult>> Cancel(
        AgentId agentId, WorkSessionId workSessionId, CurrentUser user, AgentOwners agents, CancellationToken cancellationToken) =>
        EndAsync(agentId, workSessionId, WorkSessionStatus.Cancelled, user, agents, cancellationToken);

    private static async Task<Results<Ok<WorkSessionBody>, ProblemHttpResult>> EndAsync(
        AgentId agentId, WorkSessionId id, WorkSessionStatus status, CurrentUser user, AgentOwners agents, CancellationToken cancellationToken)
    {
        if (await agents.FindAsync(agentId) is not { } owner)
        {
            return AgentProblems.NotFound();
        }

        var reply = await owner.ChangeAsync(
            change =>
            {
                change.By = user.Id;
                return WorkSessionRules.End(change, id, status);
            },
            WorkSessionReply.NotFound,
            cancellationToken);
        return reply is WorkSessionReply.Changed or WorkSessionReply.Already && owner.Current.Find(id) is { } ended
            ? TypedResults.Ok(new WorkSessionBody(WorkSessionView.Of(ended, owner.Current)))
            : AgentProblems.Of(reply);
    }
}
