using System.Collections.Immutable;
using Atelier.Server.Accounts.Users;
using Atelier.Server.AgentPrograms;
using Atelier.Server.Agents.Budgets;
using Atelier.Server.Agents.BuiltIn;
using Atelier.Server.Agents.Instances;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Terminals;
using Atelier.Server.Agents.Threads;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;

namespace Atelier.Server.Agents;

/// <summary>Transitions are in docs/states.md.</summary>
internal enum AgentStatus
{
    /// <summary>Its branch and worktree are being made.</summary>
    Preparing,

    Active,
    Completed,

    /// <summary>Its place could not be made.</summary>
    Failed,

    Cancelled,
}

/// <summary>A task given to a program: a request, a branch, a worktree, one process, and as many lines of work as it needs.</summary>
/// <remarks>
/// The rows are the truth; this is a copy of them without what is over and told. What the program says is the keeper's log and, once stored, events. What is to be
/// done next is <see cref="AgentPlan"/>'s to say. docs/agents.md has the whole picture.
/// </remarks>
internal sealed record Agent
{
    public required AgentId Id { get; init; }

    public required UserId UserId { get; init; }

    public string? Title { get; init; }

    public required string TaskRequest { get; init; }

    public AgentStatus Status { get; init; }

    /// <summary>Why it failed, in words; null when it has not.</summary>
    public string? Problem { get; init; }

    public required string ProgramId { get; init; }

    /// <summary>What its program speaks, as it was when the agent was made.</summary>
    public AgentProtocol Protocol { get; init; }

    /// <summary>The agent within Zed that does the work; null for Zed's own.</summary>
    public string? ZedAgent { get; init; }

    /// <summary>Where it works; null for an agent that was taken over from another product.</summary>
    public AgentPlaceRow? Place { get; init; }

    public DateTimeOffset? ArchivedAt { get; init; }

    /// <summary>When its work got into another branch last; null when it has not.</summary>
    public DateTimeOffset? LandedAt { get; init; }

    /// <summary>Files that could not be merged into its base branch when its last turn had ended; null when nobody knows.</summary>
    public int? BaseConflicts { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>How much it may use before a person is asked; null for as much as it likes.</summary>
    public AgentBudget? Budget { get; init; }

    public AgentSpending Spending { get; init; } = AgentSpending.None;

    public ImmutableList<WorkSession> WorkSessions { get; init; } = [];

    /// <summary>Null until a work session needs one.</summary>
    public AgentInstance? Instance { get; init; }

    public ImmutableList<AgentThread> Threads { get; init; } = [];

    /// <summary>Work sessions that are served here, by no program.</summary>
    public ImmutableList<BuiltInThread> BuiltIn { get; init; } = [];

    /// <summary>What its lines of work have written down for each other.</summary>
    public string Notes { get; init; } = "";

    /// <summary>Turns that are not over, and of each work session the last one that came to something; in their order.</summary>
    public ImmutableList<Turn> Turns { get; init; } = [];

    /// <summary>Questions that are open, or whose answer is not on its way yet.</summary>
    public ImmutableList<AgentRequest> Requests { get; init; } = [];

    /// <summary>Terminals that its program has asked for, until their tabs are gone; in the order in which it did.</summary>
    public ImmutableList<AgentTerminal> Terminals { get; init; } = [];

    public bool IsOver => Status is AgentStatus.Completed or AgentStatus.Failed or AgentStatus.Cancelled;

    public WorkSession? Find(WorkSessionId id) => WorkSessions.Find(one => one.Id == id);

    public AgentThread? ThreadOf(WorkSessionId id) => Threads.Find(one => one.WorkSessionId == id);

    public BuiltInThread? BuiltInOf(WorkSessionId id) => BuiltIn.Find(one => one.WorkSessionId == id);

    public Turn? Find(TurnId id) => Turns.Find(one => one.Id == id);

    /// <summary>The turn in flight of a work session; there is at most one.</summary>
    public Turn? InFlight(WorkSessionId id) => Turns.Find(one => one.WorkSessionId == id && one.IsInFlight);

    /// <summary>Queued turns of a work session, in their order.</summary>
    public IEnumerable<Turn> Queue(WorkSessionId id) => Turns.Where(one => one.WorkSessionId == id && one.State == TurnState.Queued).OrderBy(one => one.Position);

    /// <summary>The turn that was over last; null when none was. One that was taken back before it was sent came to nothing.</summary>
    public Turn? LastOver => Turns.Where(one => one.IsOver && !one.IsTakenBack).MaxBy(one => (one.FinishedAt, one.Position));

    /// <summary>The agent as its owner keeps it: without what is over and told. The rows have the rest.</summary>
    public Agent Trimmed()
    {
        var last = Turns.Where(turn => turn.IsOver && !turn.IsTakenBack).GroupBy(turn => turn.WorkSessionId)
            .Select(turns => turns.MaxBy(turn => (turn.FinishedAt, turn.Position))?.Id).ToHashSet();
        var turns = Turns.RemoveAll(turn => turn.IsOver && !last.Contains(turn.Id));
        var requests = Requests.RemoveAll(request => request.State != RequestState.Open
            && (request.Answer is null || request.IsAnswerSent || (request.Epoch != AgentRequest.OfNoProcess && request.Epoch <= Instance?.EndedEpoch)));
        var builtIn = BuiltIn.ConvertAll(thread => thread.Trimmed());
        return turns == Turns && requests == Requests && builtIn.SequenceEqual(BuiltIn) ? this : this with { Turns = turns, Requests = requests, BuiltIn = builtIn };
    }

    public Agent With(Turn turn) => this with { Turns = Turns.Replaced(turn, one => one.Id == turn.Id) };

    public Agent With(WorkSession workSession) => this with { WorkSessions = WorkSessions.Replaced(workSession, one => one.Id == workSession.Id) };

    public Agent With(AgentThread thread) => this with { Threads = Threads.Replaced(thread, one => one.Id == thread.Id) };

    public Agent With(BuiltInThread thread) => this with { BuiltIn = BuiltIn.Replaced(thread, one => one.WorkSessionId == thread.WorkSessionId) };

    public Agent With(AgentRequest request) => this with { Requests = Requests.Replaced(request, one => one.Id == request.Id) };

    public Agent With(AgentTerminal terminal) => this with { Terminals = Terminals.Replaced(terminal, one => one.Id == terminal.Id) };
}

/// <summary>Where an agent works: a branch of a repository in a worktree session. The ids are chosen before anything is made.</summary>
/// <param name="RepositoryId">The repository.</param>
/// <param name="Owner">Its owner, for people.</param>
/// <param name="Name">Its name, for people.</param>
/// <param name="HostId">The host.</param>
/// <param name="SessionId">The worktree session.</param>
/// <param name="Branch">The agent's own branch.</param>
/// <param name="BaseBranch">What it starts from.</param>
/// <param name="Path">The worktree; null until it is there.</param>
internal sealed record AgentPlaceRow(
    string RepositoryId, string Owner, string Name, string HostId, string SessionId, string Branch, string BaseBranch, string? Path);

internal static class ReplacedInList
{
    /// <summary>The list with an element in the place of the one it replaces, or at its end.</summary>
    public static ImmutableList<T> Replaced<T>(this ImmutableList<T> list, T element, Predicate<T> which) =>
        list.FindIndex(which) is >= 0 and var at ? list.SetItem(at, element) : list.Add(element);
}
