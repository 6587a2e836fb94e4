using Atelier.Server.Accounts.Users;
using Atelier.Server.Agents.Turns;
using Atelier.Server.Agents.WorkSessions;

namespace Atelier.Server.Agents.Requests;

/// <summary>Transitions are in docs/states.md.</summary>
internal enum RequestState
{
    Open,
    Answered,

    /// <summary>The program no longer wants an answer.</summary>
    Withdrawn,

    /// <summary>The process that asked is gone.</summary>
    Void,

    /// <summary>Nobody answered in time; the program was told so.</summary>
    Expired,
}

/// <summary>What a program asks, and what it was answered.</summary>
internal sealed record AgentRequest
{
    /// <summary>A tool call waits for somebody's leave.</summary>
    public const string Permission = "permission";

    /// <summary>The program has a question for a person.</summary>
    public const string Question = "question";

    /// <summary>The program wants somebody to log in; asked by us, for it, and answered by nobody but us.</summary>
    public const string Login = "login";

    public const string ReadFile = "read-file";
    public const string WriteFile = "write-file";
    public const string ListFiles = "list-files";
    public const string SearchText = "search-text";
    public const string TerminalCreate = "terminal-create";
    public const string TerminalOutput = "terminal-output";
    public const string TerminalWait = "terminal-wait-for-exit";
    public const string TerminalKill = "terminal-kill";
    public const string TerminalRelease = "terminal-release";

    public required RequestId Id { get; init; }

    /// <summary>The epoch of what is asked by no process, but by the built-in agent.</summary>
    public const int OfNoProcess = 0;

    /// <summary>The process that asks.</summary>
    public required int Epoch { get; init; }

    /// <summary>The program's own id of the question, as JSON.</summary>
    public required string ProgramRequestId { get; init; }

    public WorkSessionId? WorkSessionId { get; init; }

    public TurnId? TurnId { get; init; }

    /// <summary>permission, question, or the program's own method.</summary>
    public required string What { get; init; }

    /// <summary>What came with it, as JSON.</summary>
    public required string Payload { get; init; }

    public RequestState State { get; init; }

    /// <summary>What is answered, as JSON; null while it is open.</summary>
    public string? Answer { get; init; }

    /// <summary>Who answered; null when no person did.</summary>
    public UserId? AnsweredBy { get; init; }

    public bool IsAnswerSent { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? AnsweredAt { get; init; }

    /// <summary>When it is answered without a person; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The permission rule that answered it; null when none did.</summary>
    public string? RuleId { get; init; }

    /// <summary>Whether a person has to answer it.</summary>
    public bool IsForPerson => What is Permission or Question or Login;

    /// <summary>Whether something is to be done for the program, and no person asked.</summary>
    public bool IsEffect => What is ReadFile or WriteFile or ListFiles or SearchText or TerminalCreate or TerminalOutput or TerminalWait or TerminalKill or TerminalRelease;

    /// <summary>Whether it is given up when its turn is cancelled. What cleans up is not.</summary>
    public bool EndsWhenCancelled => What is not (TerminalOutput or TerminalKill or TerminalRelease);

    /// <summary>As it is with an answer, whoever gave it.</summary>
    public AgentRequest Answered(string answer, DateTimeOffset now) => this with { State = RequestState.Answered, Answer = answer, AnsweredAt = now };
}
