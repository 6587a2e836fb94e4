using System.Text.Json;

namespace Atelier.Client.Agents;

/// <summary>Something that waits for a person, or did.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">permission, question, budget, finished or failed.</param>
/// <param name="State">open, answered, dismissed, expired or withdrawn.</param>
/// <param name="Title">What it is about, in words.</param>
/// <param name="Summary">More about it; else null.</param>
/// <param name="Agent">Who waits.</param>
/// <param name="ThreadName">Name of the line of work; null for the agent as a whole.</param>
/// <param name="Request">The question; null when it is none, and in lists of what is over.</param>
/// <param name="Rule">What the rule says that answered it; null when none did.</param>
/// <param name="ExpiresAt">When it is answered without a person; null for never.</param>
/// <param name="Answer">What was answered, in a word; null where nothing was.</param>
/// <param name="AnsweredByName">Who answered or dismissed it; null when no person did.</param>
/// <param name="AnsweredAt">When; null while it is open.</param>
/// <param name="CreatedAt">Since when it waits.</param>
public sealed record InboxItem(
    string Id,
    string Kind,
    string State,
    string Title,
    string? Summary,
    Agent Agent,
    string? ThreadName,
    AgentRequest? Request,
    string? Rule,
    DateTimeOffset? ExpiresAt,
    string? Answer,
    string? AnsweredByName,
    DateTimeOffset? AnsweredAt,
    DateTimeOffset CreatedAt);

/// <summary>A page of items.</summary>
/// <param name="Items">The oldest first where only open ones were asked for, else the newest first.</param>
/// <param name="Next">After which to go on; null when that was all.</param>
public sealed record InboxAnswer(IReadOnlyList<InboxItem> Items, string? Next);

/// <summary>An item under its own name.</summary>
/// <param name="Item">The item.</param>
public sealed record InboxItemAnswer(InboxItem Item);

/// <summary>Answers what waits.</summary>
/// <param name="OptionId">Which of the options of a permission.</param>
/// <param name="Decision">The option of this kind: allow_once, allow_always, reject_once or reject_always.</param>
/// <param name="Action">accept, decline or cancel for a question, continue or stop for a budget, retry for what failed.</param>
/// <param name="Content">What is filled in when a question is accepted.</param>
/// <param name="Remember">repository: the same is answered in the same way from now on.</param>
/// <param name="Pattern">Leading words that are remembered; the whole when null.</param>
/// <param name="OnlyThisProgram">Whether it is remembered for the program that asks alone.</param>
public sealed record AnswerRequest(
    string? OptionId = null,
    string? Decision = null,
    string? Action = null,
    JsonElement? Content = null,
    string? Remember = null,
    string? Pattern = null,
    bool? OnlyThisProgram = null);

/// <summary>What is always allowed in a repository, or never.</summary>
/// <param name="Id">Its id.</param>
/// <param name="RepositoryId">The repository.</param>
/// <param name="AgentProgramId">The one program it is for; null for all.</param>
/// <param name="ToolKind">Kind of tool.</param>
/// <param name="Match">exact or prefix.</param>
/// <param name="Pattern">The command or title, or its leading words.</param>
/// <param name="Folder">A command's folder within the worktree; empty for the worktree's own.</param>
/// <param name="Decision">allow or deny.</param>
/// <param name="CreatedAt">Since when it holds.</param>
/// <param name="RevokedAt">Until when; null while it holds.</param>
/// <param name="LastUsedAt">When it answered last; null before the first time.</param>
/// <param name="TimesUsed">How often it has answered.</param>
public sealed record PermissionRule(
    string Id,
    string RepositoryId,
    string? AgentProgramId,
    string ToolKind,
    string Match,
    string Pattern,
    string Folder,
    string Decision,
    DateTimeOffset CreatedAt,
    DateTimeOffset? RevokedAt,
    DateTimeOffset? LastUsedAt,
    long TimesUsed);

/// <summary>Rules under their plural.</summary>
/// <param name="Rules">Those that hold first.</param>
public sealed record PermissionRulesAnswer(IReadOnlyList<PermissionRule> Rules);
