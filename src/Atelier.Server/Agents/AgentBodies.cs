using Atelier.Server.Agents.Budgets;
using Atelier.Server.Agents.Turns;

namespace Atelier.Server.Agents;

/// <summary>Gives a task.</summary>
/// <param name="TaskRequest">What is to be done.</param>
/// <param name="RepositoryId">Where.</param>
/// <param name="AgentProgramId">By which program.</param>
/// <param name="BaseBranch">What its branch starts from; the repository's default branch when absent.</param>
/// <param name="Title">For people; the program may give one when absent.</param>
/// <param name="Branch">Its branch; made from the request when absent.</param>
/// <param name="Images">Images that go with the request.</param>
/// <param name="AgentType">Who does its first work session: zed_agent, the program, when absent; helix_agent or simple.</param>
/// <param name="ModelProviderId">Which model provider that asks; the default when absent.</param>
/// <param name="ModeId">How it is to work: ask, accept-edits or full for the built-in agent, one of its modes for a program; as it likes when absent.</param>
/// <param name="Budget">How much it may use before a person is asked; what the server says when absent.</param>
internal sealed record CreateAgentRequest(
    string TaskRequest,
    string RepositoryId,
    string AgentProgramId,
    string? BaseBranch = null,
    string? Title = null,
    string? Branch = null,
    IReadOnlyList<PromptImage>? Images = null,
    BudgetRequest? Budget = null,
    string? AgentType = null,
    string? ModelProviderId = null,
    string? ModeId = null);

/// <summary>Changes an agent; what is absent stays.</summary>
/// <param name="Title">For people; empty for none.</param>
/// <param name="Archived">Whether it is out of the lists.</param>
/// <param name="Status">completed or cancelled: ends it and everything of it.</param>
/// <param name="Budget">How much it may use before a person is asked, all together; an empty one limits nothing.</param>
internal sealed record ChangeAgentRequest(string? Title = null, bool? Archived = null, string? Status = null, BudgetRequest? Budget = null);

/// <summary>Asks an agent something.</summary>
/// <param name="Text">What.</param>
/// <param name="WorkSessionId">Where; its first work session that is not over when absent.</param>
/// <param name="Interrupt">Whether the turn in flight is ended for it, and the queue waits behind it.</param>
/// <param name="Images">Images that go with it.</param>
internal sealed record SendMessageRequest(string Text, string? WorkSessionId = null, bool? Interrupt = null, IReadOnlyList<PromptImage>? Images = null);

/// <summary>Adds a line of work.</summary>
/// <param name="Name">For people.</param>
/// <param name="AgentType">zed_agent, helix_agent or simple.</param>
/// <param name="ConversationId">A conversation that the program knows and this goes on with; a new one when absent.</param>
/// <param name="ModelProviderId">Which model provider helix_agent and simple ask; the default when absent.</param>
internal sealed record AddWorkSessionRequest(string Name, string AgentType, string? ConversationId = null, string? ModelProviderId = null);

/// <summary>Changes a work session; what is absent stays.</summary>
/// <param name="Name">For people.</param>
/// <param name="ModeId">How its program is to work: one of the modes that it offers.</param>
/// <param name="ModelProviderId">Which model provider it asks from now on; empty for the default.</param>
/// <param name="Options">Values of its program's options, by their ids: an id, true or false, or null for as the program likes.</param>
internal sealed record ChangeWorkSessionRequest(
    string? Name = null, string? ModeId = null, IReadOnlyDictionary<string, System.Text.Json.JsonElement?>? Options = null, string? ModelProviderId = null);

/// <summary>Moves a queued turn.</summary>
/// <param name="Place">Its place in the queue, from 0.</param>
internal sealed record MoveTurnRequest(int Place);

/// <summary>Agents, the newest first.</summary>
/// <param name="Agents">Them.</param>
/// <param name="Next">The cursor with which more may be had; null when there are none.</param>
internal sealed record AgentsReply(IReadOnlyList<AgentView> Agents, string? Next);

/// <summary>An agent with what is going on.</summary>
internal sealed record AgentReply(
    AgentView Agent,
    IReadOnlyList<WorkSessionView> WorkSessions,
    InstanceView? Instance,
    IReadOnlyList<TurnView> Turns,
    IReadOnlyList<RequestView> Requests,
    SpendingView Spending);
