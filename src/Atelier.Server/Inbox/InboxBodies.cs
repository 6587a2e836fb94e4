using System.Text.Json;
using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents;
using Atelier.Server.Agents.Requests;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.Waits;
using Atelier.Server.Agents.WorkSessions;

namespace Atelier.Server.Inbox;

/// <summary>An item as lists and counts need it.</summary>
internal sealed record InboxEntry(
    InboxItemId Id,
    AgentId AgentId,
    WorkSessionId? WorkSessionId,
    TurnId? TurnId,
    RequestId? RequestId,
    string? RepositoryId,
    WaitKind Kind,
    InboxState State,
    string Title,
    string? Summary,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset CreatedAt,
    string? RuleId,
    string? Answer,
    UserId? AnsweredBy,
    DateTimeOffset? AnsweredAt)
{
    public static InboxEntry Of(InboxItem item) => new(
        item.Id,
        item.AgentId,
        item.WorkSessionId,
        item.TurnId,
        item.RequestId,
        item.RepositoryId,
        item.Kind,
        item.State,
        item.Title,
        item.Summary,
        item.ExpiresAt,
        item.CreatedAt,
        item.RuleId,
        item.Answer,
        item.AnsweredBy,
        item.AnsweredAt);
}

/// <summary>An item with everything that somebody needs to answer it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">What waits.</param>
/// <param name="State">How far it is.</param>
/// <param name="Title">What it is about, in words.</param>
/// <param name="Summary">More about it.</param>
/// <param name="Agent">Who waits, with its repository and branch.</param>
/// <param name="ProjectPath">The agent's worktree; absent until it is there.</param>
/// <param name="WorkSessionId">Where; absent for the agent as a whole.</param>
/// <param name="ThreadName">Name of that work session.</param>
/// <param name="TurnId">The turn it belongs to.</param>
/// <param name="Request">The question as it was asked; absent when it is none, and in lists of what is over.</param>
/// <param name="RuleId">The permission rule that answered it.</param>
/// <param name="Rule">What that rule says, in words.</param>
/// <param name="ExpiresAt">When it is answered without a person.</param>
/// <param name="Answer">What was answered, in a word.</param>
/// <param name="AnsweredBy">Who answered or dismissed it.</param>
/// <param name="AnsweredByName">Their name.</param>
/// <param name="AnsweredAt">When.</param>
/// <param name="CreatedAt">Since when it waits.</param>
internal sealed record InboxItemView(
    InboxItemId Id,
    WaitKind Kind,
    InboxState State,
    string Title,
    string? Summary,
    AgentView Agent,
    string? ProjectPath,
    WorkSessionId? WorkSessionId,
    string? ThreadName,
    TurnId? TurnId,
    RequestView? Request,
    string? RuleId,
    string? Rule,
    DateTimeOffset? ExpiresAt,
    string? Answer,
    UserId? AnsweredBy,
    string? AnsweredByName,
    DateTimeOffset? AnsweredAt,
    DateTimeOffset CreatedAt)
{
    /// <summary>What a rule would go by that remembers the answer: the command or title, whole. Absent where it cannot be remembered.</summary>
    public RememberedView? Remembers { get; init; }
}

/// <summary>What a rule would go by that remembers an answer.</summary>
/// <param name="ToolKind">Kind of tool.</param>
/// <param name="Text">The command or title, whole.</param>
/// <param name="Folder">A command's folder within the worktree; empty for the worktree's own.</param>
/// <param name="Words">Leading words that may be remembered instead, the shortest first; empty where there are none.</param>
internal sealed record RememberedView(string ToolKind, string Text, string Folder, IReadOnlyList<string> Words);

/// <summary>Items, with how to go on.</summary>
/// <param name="Items">The oldest first where only open ones are asked for, else the newest first.</param>
/// <param name="Next">Give it as <c>after</c> to get the next ones; absent when there are none.</param>
internal sealed record InboxReply(IReadOnlyList<InboxItemView> Items, InboxItemId? Next);

internal sealed record InboxItemBody(InboxItemView Item);

/// <summary>An item that was answered.</summary>
/// <param name="Item">The item.</param>
/// <param name="Request">The question; absent when it was none.</param>
internal sealed record InboxAnswerReply(InboxItemView Item, RequestView? Request);

/// <summary>Answers what waits.</summary>
/// <param name="OptionId">Which of the options of a permission.</param>
/// <param name="Decision">allow_once, allow_always, reject_once or reject_always: the option of that kind.</param>
/// <param name="Action">accept, decline or cancel: what becomes of a question. continue or stop: of a budget. retry: of what failed.</param>
/// <param name="Content">What is filled in when a question is accepted.</param>
/// <param name="Remember">repository: the same is answered in the same way from now on, for all agents of the repository.</param>
/// <param name="Pattern">Leading words that are remembered; the whole command or title when absent.</param>
/// <param name="OnlyThisProgram">Whether it is remembered for the program that asks alone.</param>
internal sealed record AnswerRequest(
    string? OptionId = null,
    string? Decision = null,
    string? Action = null,
    JsonElement? Content = null,
    string? Remember = null,
    string? Pattern = null,
    bool? OnlyThisProgram = null);
