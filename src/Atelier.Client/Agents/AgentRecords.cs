using System.Text.Json;

namespace Atelier.Client.Agents;

/// <summary>A task given to a program, as the server shows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">For people; null when it has none yet.</param>
/// <param name="TaskRequest">What it was asked first.</param>
/// <param name="Status">See docs/states.md.</param>
/// <param name="Activity">What it is about, in a word.</param>
/// <param name="Problem">Why it failed; else null.</param>
/// <param name="AgentProgramId">Its program.</param>
/// <param name="RepositoryOwner">Owner of its repository.</param>
/// <param name="RepositoryName">Name of its repository.</param>
/// <param name="Branch">Its branch.</param>
/// <param name="SessionId">The session with its worktree; null until that is there.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record Agent(
    string Id,
    string? Title,
    string TaskRequest,
    string Status,
    string Activity,
    string? Problem,
    string AgentProgramId,
    string? RepositoryOwner,
    string? RepositoryName,
    string? Branch,
    string? SessionId,
    DateTimeOffset CreatedAt);

/// <summary>A line of work of an agent.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">For people.</param>
/// <param name="AgentType">zed_agent, helix_agent or simple.</param>
/// <param name="Status">See docs/states.md.</param>
public sealed record WorkSession(string Id, string Name, string AgentType, string Status);

/// <summary>One prompt, and what became of it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="WorkSessionId">Where.</param>
/// <param name="State">queued, sent, running, done, failed or cancelled.</param>
/// <param name="Text">What was asked.</param>
/// <param name="Problem">Why it failed; else null.</param>
public sealed record Turn(string Id, string WorkSessionId, string State, string Text, string? Problem)
{
    /// <summary>Whether the program has it.</summary>
    public bool IsInFlight => State is "sent" or "running";

    /// <summary>Whether nothing more comes of it.</summary>
    public bool IsOver => State is "done" or "failed" or "cancelled";
}

/// <summary>What a program asks.</summary>
/// <param name="Id">Its id.</param>
/// <param name="What">permission or question.</param>
/// <param name="State">open, answered, withdrawn or void.</param>
/// <param name="Payload">What came with it, as the program sent it.</param>
public sealed record AgentRequest(string Id, string What, string State, JsonElement Payload);

/// <summary>Agents under their plural, the newest first.</summary>
/// <param name="Agents">The agents.</param>
/// <param name="Next">The cursor with which more may be had; null when there are none.</param>
public sealed record AgentsAnswer(IReadOnlyList<Agent> Agents, string? Next);

/// <summary>A place in a conversation.</summary>
/// <param name="Agent">Whose.</param>
/// <param name="WorkSession">In which line of work.</param>
/// <param name="Seq">Number of the event with which what was found begins.</param>
/// <param name="Kind">prompt or message.</param>
/// <param name="Snippet">The words around it.</param>
/// <param name="At">When it was said.</param>
public sealed record FoundPlace(FoundThing Agent, FoundThing WorkSession, long Seq, string Kind, string Snippet, DateTimeOffset At);

/// <summary>An agent or a line of work in which something was found.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">For people; null when it has none.</param>
/// <param name="TaskRequest">What the agent was asked first; null for a line of work.</param>
/// <param name="Name">The line of work's name; null for an agent.</param>
public sealed record FoundThing(string Id, string? Title, string? TaskRequest, string? Name);

/// <summary>Places in conversations, the newest first.</summary>
/// <param name="Results">The places.</param>
/// <param name="HasMore">Whether there are older ones.</param>
public sealed record FoundPlaces(IReadOnlyList<FoundPlace> Results, bool HasMore);

/// <summary>An agent under its own name, with what is going on.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="WorkSessions">Its lines of work.</param>
/// <param name="Turns">Turns that are not over, and the last one of each work session that is.</param>
/// <param name="Requests">Open questions.</param>
public sealed record AgentAnswer(
    Agent Agent, IReadOnlyList<WorkSession> WorkSessions, IReadOnlyList<Turn> Turns, IReadOnlyList<AgentRequest> Requests);

/// <summary>A turn under its own name.</summary>
/// <param name="Turn">The turn.</param>
public sealed record TurnAnswer(Turn Turn);

/// <summary>A question under its own name.</summary>
/// <param name="Request">The question.</param>
public sealed record AgentRequestAnswer(AgentRequest Request);

/// <summary>Turns under their plural.</summary>
/// <param name="Turns">The turns.</param>
public sealed record TurnsAnswer(IReadOnlyList<Turn> Turns);

/// <summary>A page of events.</summary>
/// <param name="Events">In their order.</param>
public sealed record AgentEventsAnswer(IReadOnlyList<AgentEvent> Events);

/// <summary>Gives a task.</summary>
/// <param name="TaskRequest">What is to be done.</param>
/// <param name="RepositoryId">Where.</param>
/// <param name="AgentProgramId">By which program.</param>
/// <param name="BaseBranch">What its branch starts from.</param>
/// <param name="Title">For people.</param>
/// <param name="Branch">Its branch.</param>
/// <param name="Budget">How much it may use before a person is asked.</param>
/// <param name="AgentType">Who does its first line of work: zed_agent, helix_agent or simple.</param>
public sealed record CreateAgent(
    string TaskRequest,
    string RepositoryId,
    string AgentProgramId,
    string? BaseBranch = null,
    string? Title = null,
    string? Branch = null,
    AgentBudget? Budget = null,
    string? AgentType = null);

/// <summary>How much an agent may use before a person is asked; what is null has no limit.</summary>
/// <param name="Tokens">Tokens.</param>
/// <param name="Minutes">Minutes of working time.</param>
/// <param name="Cost">Cost, in the currency that its program reports.</param>
public sealed record AgentBudget(long? Tokens = null, int? Minutes = null, decimal? Cost = null);

/// <summary>Changes an agent; what is null stays.</summary>
/// <param name="Title">For people.</param>
/// <param name="Archived">Whether it is out of the lists.</param>
/// <param name="Status">completed or cancelled.</param>
public sealed record ChangeAgent(string? Title = null, bool? Archived = null, string? Status = null);

/// <summary>Asks an agent something.</summary>
/// <param name="Text">What.</param>
/// <param name="WorkSessionId">Where.</param>
/// <param name="Interrupt">Whether the turn in flight is ended for it.</param>
public sealed record SendMessage(string Text, string? WorkSessionId = null, bool? Interrupt = null);

/// <summary>Adds a line of work.</summary>
/// <param name="Name">For people.</param>
/// <param name="AgentType">zed_agent, helix_agent or simple.</param>
public sealed record AddWorkSession(string Name, string AgentType);

/// <summary>Moves a queued turn.</summary>
/// <param name="Place">Its place in the queue, from 0.</param>
public sealed record MoveTurn(int Place);

/// <summary>Something that happened to an agent (docs/protocols/agent-events.md).</summary>
/// <param name="Seq">Its number.</param>
/// <param name="Kind">What.</param>
/// <param name="WorkSessionId">What it belongs to; null for all.</param>
/// <param name="TurnId">The turn it belongs to; null for none.</param>
/// <param name="Payload">What comes with it.</param>
public sealed record AgentEvent(long Seq, string Kind, string? WorkSessionId, string? TurnId, JsonElement Payload);
