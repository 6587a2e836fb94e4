using System.Text.Json;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents.Budgets;
using Atelier.Server.Agents.BuiltIn;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Agents.Logins;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Threads;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.Waits;
using Atelier.Server.Agents.WorkSessions;
using Atelier.Server.Infrastructure.AccessRules;
using Atelier.Server.ModelProviders;
using Atelier.Server.Sessions.Workers;

namespace Atelier.Server.Agents;

/// <summary>What an agent is about, in one word for lists; derived, never stored.</summary>
internal enum AgentActivity
{
    Preparing,
    Working,

    /// <summary>A person is asked.</summary>
    NeedsYou,

    /// <summary>It works, as far as is known, and cannot be reached.</summary>
    Reconnecting,

    /// <summary>It has done what it was asked.</summary>
    ToReview,

    /// <summary>Its work is in another branch, and it has been asked nothing since.</summary>
    Landed,

    /// <summary>What it was asked last went wrong.</summary>
    Failed,

    /// <summary>It has been asked nothing.</summary>
    Idle,

    Done,
}

/// <summary>An agent as people see it in lists.</summary>
internal sealed record AgentView(
    AgentId Id,
    string? Title,
    string TaskRequest,
    AgentStatus Status,
    AgentActivity Activity,
    string? Problem,
    string AgentProgramId,
    string? RepositoryId,
    string? RepositoryOwner,
    string? RepositoryName,
    string? Branch,
    string? BaseBranch,
    string? HostId,
    string? SessionId,
    UserId UserId,
    int OpenRequests,
    int QueuedTurns,
    DateTimeOffset? ArchivedAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset? CompletedAt)
{
    /// <summary>When its work got into another branch last; null when it has not.</summary>
    public DateTimeOffset? LandedAt { get; init; }

    /// <summary>Files that could not be merged into its base branch when its last turn had ended; null when nobody knows.</summary>
    public int? BaseConflicts { get; init; }

    /// <summary>What its reader may do with it; null where it is told to nobody in particular.</summary>
    public Role? Role { get; init; }

    /// <summary>What it is doing now, in a word.</summary>
    public AgentDoing Doing { get; init; }

    /// <summary>The kind of thing with which it waits for a person; null where it does not.</summary>
    public WaitKind? WaitsFor { get; init; }

    /// <summary>How much it may use; null where that is not limited.</summary>
    public BudgetView? Budget { get; init; }

    public static AgentView Of(Agent agent)
    {
        var (doing, waitsFor) = AgentDoings.Of(agent);
        return WithoutDoing(agent) with { Doing = doing, WaitsFor = waitsFor, Budget = BudgetView.Of(agent.Budget) };
    }

    private static AgentView WithoutDoing(Agent agent) => new(
        agent.Id,
        agent.Title,
        agent.TaskRequest,
        agent.Status,
        ActivityOf(agent),
        agent.Problem,
        agent.ProgramId,
        agent.Place?.RepositoryId,
        agent.Place?.Owner,
        agent.Place?.Name,
        agent.Place?.Branch,
        agent.Place?.BaseBranch,
        agent.Place?.HostId,
        agent.Place is { Path: not null } place ? place.SessionId : null,
        agent.UserId,
        agent.Requests.Count(request => request is { State: RequestState.Open, IsForPerson: true }),
        agent.Turns.Count(turn => turn.State == TurnState.Queued),
        agent.ArchivedAt,
        agent.CreatedAt,
        agent.CompletedAt)
    {
        LandedAt = agent.LandedAt,
        BaseConflicts = agent.BaseConflicts,
    };

    private static AgentActivity ActivityOf(Agent agent) => agent.Status switch
    {
        AgentStatus.Preparing => AgentActivity.Preparing,
        AgentStatus.Failed => AgentActivity.Failed,
        AgentStatus.Completed when agent.LandedAt is not null => AgentActivity.Landed,
        AgentStatus.Completed or AgentStatus.Cancelled => AgentActivity.Done,
        _ when agent.Requests.Exists(request => request is { State: RequestState.Open, IsForPerson: true }) || agent.Budget is { Holds: true, IsStopped: false } => AgentActivity.NeedsYou,
        _ when agent.Turns.Exists(turn => turn.IsInFlight) =>
            agent.Instance?.Status == InstanceStatus.Disconnected && agent.Turns.TrueForAll(turn => !turn.IsInFlight || agent.BuiltInOf(turn.WorkSessionId) is null)
                ? AgentActivity.Reconnecting
                : AgentActivity.Working,
        _ when agent.Turns.Exists(turn => AgentPlan.MayGoOn(agent, turn) || BuiltInRules.MayGoOn(agent, turn)) => AgentActivity.Working,
        _ => agent.LastOver?.State switch
        {
            null => AgentActivity.Idle,
            _ when agent.LandedAt >= agent.LastOver?.FinishedAt => AgentActivity.Landed,
            TurnState.Failed => AgentActivity.Failed,
            _ => AgentActivity.ToReview,
        },
    };
}

internal sealed record ThreadView(ThreadId Id, ThreadStatus Status, string? ProgramThreadId, bool IsHeld)
{
    public static ThreadView Of(AgentThread thread) => new(thread.Id, thread.Status, thread.ProgramThreadId, thread.IsHeld);
}

internal sealed record WorkSessionView(
    WorkSessionId Id,
    string Name,
    AgentType AgentType,
    WorkSessionStatus Status,
    ThreadView? Thread,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? CompletedAt)
{
    /// <summary>Whether its queue waits for a person: what came before it went wrong.</summary>
    public bool IsHeld { get; init; }

    /// <summary>The model provider that it asks; null for the default, and where a program does the work.</summary>
    public ModelProviderId? ModelProviderId { get; init; }

    /// <summary>Modes that its program offers, as the Agent Client Protocol has them; null where it has said nothing of modes.</summary>
    public JsonText? Modes { get; init; }

    public string? CurrentModeId { get; init; }

    /// <summary>The mode that a person wants and the program has not yet; null when there is none.</summary>
    public string? WantedModeId { get; init; }

    /// <summary>Options of its program with their current values, as the Agent Client Protocol has them; null where it has said nothing of options.</summary>
    public JsonText? ConfigOptions { get; init; }

    /// <summary>Values that a person wants and the program has not yet, by the ids of their options; null when there are none.</summary>
    public JsonText? WantedOptions { get; init; }

    /// <summary>Commands that a prompt may begin with, as the Agent Client Protocol has them; null where it has said nothing of commands.</summary>
    public JsonText? Commands { get; init; }

    public static WorkSessionView Of(WorkSession one, Agent agent)
    {
        if (agent.BuiltInOf(one.Id) is { } builtIn)
        {
            return Of(one, agent, ThreadSettings.None) with
            {
                IsHeld = builtIn.IsHeld,
                ModelProviderId = builtIn.ProviderId,
                Modes = one.Type == AgentType.HelixAgent ? BuiltInModes.Offered : null,
                CurrentModeId = one.Type == AgentType.HelixAgent ? BuiltInModes.IdOf(builtIn.Mode) : null,
            };
        }

        var settings = agent.ThreadOf(one.Id)?.Settings ?? ThreadSettings.None;
        var wanted = settings.Wishes.Where(wish => !wish.Value.IsApplied)
            .Select(wish => (Option: ThreadSettings.OptionOf(wish.Key), wish.Value.Value)).ToList();
        var options = wanted.Where(wish => wish.Option is not null).ToDictionary(wish => wish.Option ?? "", wish => wish.Value.Json());
        return Of(one, agent, settings) with
        {
            WantedModeId = wanted.Find(wish => wish.Option is null).Value?.Text,
            WantedOptions = options.Count == 0 ? null : new JsonText(JsonSerializer.Serialize(options)),
        };
    }

    private static WorkSessionView Of(WorkSession one, Agent agent, ThreadSettings settings) => new(
        one.Id,
        one.Name,
        one.Type,
        one.Status,
        agent.ThreadOf(one.Id) is { } thread ? ThreadView.Of(thread) : null,
        one.CreatedAt,
        one.StartedAt,
        one.CompletedAt)
    {
        IsHeld = agent.ThreadOf(one.Id)?.IsHeld ?? false,
        Modes = JsonText.Of(settings.Modes),
        CurrentModeId = settings.CurrentModeId,
        ConfigOptions = JsonText.Of(settings.ConfigOptions),
        Commands = JsonText.Of(settings.Commands),
    };
}

/// <summary>A login that a program needs, or is in the middle of.</summary>
/// <param name="State">needed, authenticating, in-terminal or logging-out.</param>
/// <param name="MethodId">The method that was chosen; absent while none is.</param>
/// <param name="Problem">What the program said, or why the last try came to nothing.</param>
/// <param name="TerminalId">The worker of the agent's session in which somebody logs in; absent when it is done otherwise.</param>
internal sealed record LoginView(LoginState State, string? MethodId, string? Problem, WorkerId? TerminalId);

/// <summary>An instance as people see it; without its threads in events.</summary>
internal sealed record InstanceView(
    InstanceId Id,
    InstanceStatus Status,
    string WorkerId,
    string? ProjectPath,
    string? ProgramName,
    string? ProgramVersion,
    bool TakesImages,
    LoginView? Login,
    JsonText? LoginMethods,
    DateTimeOffset? DisconnectedAt,
    string? Problem,
    DateTimeOffset CreatedAt,
    IReadOnlyList<ThreadView>? Threads)
{
    public static InstanceView Of(AgentInstance instance, Agent agent, bool withThreads) => new(
        instance.Id,
        instance.Status,
        instance.WorkerId,
        agent.Place?.Path,
        instance.Abilities?.Name,
        instance.Abilities?.Version,
        instance.Abilities?.TakesImages ?? false,
        instance.Login is { } login ? new LoginView(login.State, login.MethodId, login.Problem, login.Terminal) : null,
        JsonText.Of(instance.Abilities?.LoginMethods?.Json() ?? instance.Login?.Methods),
        instance.DisconnectedAt,
        instance.Problem,
        instance.CreatedAt,
        withThreads ? [.. agent.Threads.Select(ThreadView.Of)] : null)
    {
        LastActivityAt = withThreads ? instance.LastActivityAt : null,
        ListsConversations = instance.Abilities?.Lists,
        LogsOut = instance.Abilities?.LogsOut ?? false,
    };

    /// <summary>Whether the program can say which conversations it knows; null while that is not known.</summary>
    public bool? ListsConversations { get; init; }

    /// <summary>Whether it can forget who is logged in.</summary>
    public bool LogsOut { get; init; }

    /// <summary>When something was last said or heard; absent in events.</summary>
    public DateTimeOffset? LastActivityAt { get; init; }
}

internal sealed record TurnView(
    TurnId Id,
    WorkSessionId WorkSessionId,
    TurnState State,
    int Attempt,
    string Text,
    int Images,
    long Position,
    UserId? CreatedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset? DispatchedAt,
    DateTimeOffset? FinishedAt,
    DateTimeOffset? CancelRequestedAt,
    string? StopReason,
    string? Problem)
{
    public static TurnView Of(Turn turn) => new(
        turn.Id,
        turn.WorkSessionId,
        turn.State,
        turn.Attempt,
        turn.Text,
        PromptContent.ImagesIn(turn.Content),
        turn.Position,
        turn.CreatedBy,
        turn.CreatedAt,
        turn.DispatchedAt,
        turn.FinishedAt,
        turn.CancelRequestedAt,
        turn.StopReason,
        turn.Problem);
}

internal sealed record RequestView(
    RequestId Id,
    string What,
    RequestState State,
    WorkSessionId? WorkSessionId,
    TurnId? TurnId,
    JsonElement Payload,
    JsonElement? Answer,
    UserId? AnsweredBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset? AnsweredAt)
{
    /// <summary>When it is answered without a person; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The permission rule that answered it; null when none did.</summary>
    public string? RuleId { get; init; }

    public static RequestView Of(AgentRequest request) => new(
        request.Id,
        request.What,
        request.State,
        request.WorkSessionId,
        request.TurnId,
        JsonElement.Parse(request.Payload),
        request.Answer is { } answer ? JsonElement.Parse(answer) : null,
        request.AnsweredBy,
        request.CreatedAt,
        request.AnsweredAt)
    {
        ExpiresAt = request.ExpiresAt,
        RuleId = request.RuleId,
    };
}
