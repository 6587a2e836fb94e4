namespace Atelier.Server.Sessions;

/// <summary>Asks for a session.</summary>
/// <param name="Type">worktree or quick.</param>
/// <param name="LocationPath">Directory of a quick session.</param>
/// <param name="HostId">Host of a quick session; null for the server's own machine.</param>
/// <param name="RepositoryId">Repository of a worktree session.</param>
/// <param name="Branch">Its branch; made when it is not there.</param>
/// <param name="BaseBranch">What a new branch starts from.</param>
/// <param name="AgentProgramId">Starts an agent worker with this program.</param>
/// <param name="InitialPrompt">What the agent is told first.</param>
/// <param name="ContinueConversation">Whether the agent goes on with its last conversation there.</param>
/// <param name="Title">For people.</param>
internal sealed record CreateSessionRequest(
    SessionType Type,
    string? LocationPath = null,
    string? HostId = null,
    string? RepositoryId = null,
    string? Branch = null,
    string? BaseBranch = null,
    string? AgentProgramId = null,
    string? InitialPrompt = null,
    bool? ContinueConversation = null,
    string? Title = null);

/// <summary>Changes a session; what is absent stays.</summary>
/// <param name="Title">For people; empty for none.</param>
/// <param name="SharedRole">viewer, editor or owner for everybody, none to take it back; quick sessions only.</param>
internal sealed record ChangeSessionRequest(string? Title = null, string? SharedRole = null);

/// <summary>Asks for a worker.</summary>
/// <param name="Type">agent or terminal.</param>
/// <param name="Name">Chosen by the server when absent.</param>
/// <param name="Command">Program and arguments of a terminal; the login shell when absent.</param>
/// <param name="AgentProgramId">Program of an agent.</param>
/// <param name="InitialPrompt">What the agent is told first.</param>
/// <param name="ContinueConversation">Whether the agent goes on with its last conversation there.</param>
/// <param name="Cols">Columns.</param>
/// <param name="Rows">Rows.</param>
internal sealed record CreateWorkerRequest(
    Workers.WorkerType Type,
    string? Name = null,
    IReadOnlyList<string>? Command = null,
    string? AgentProgramId = null,
    string? InitialPrompt = null,
    bool? ContinueConversation = null,
    int? Cols = null,
    int? Rows = null);

/// <summary>Changes a worker; what is absent stays.</summary>
/// <param name="Name">Its new name.</param>
/// <param name="Position">Place of its tab, counted from 0.</param>
internal sealed record ChangeWorkerRequest(string? Name = null, int? Position = null);
