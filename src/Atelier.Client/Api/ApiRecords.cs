using System.Text.Json;
using System.Text.Json.Serialization;

namespace Atelier.Client.Api;

/// <summary>A place with workers, as the server shows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Type">worktree or quick.</param>
/// <param name="Title">For people.</param>
/// <param name="LocationPath">Directory on its host.</param>
/// <param name="RepositoryId">Repository of a worktree session; else null.</param>
/// <param name="Branch">Branch of a worktree session; else null.</param>
/// <param name="Status">See docs/states.md.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Workers">Its workers, in the order of their tabs.</param>
public sealed record Session(
    string Id,
    string Type,
    string? Title,
    string LocationPath,
    string? RepositoryId,
    string? Branch,
    string Status,
    DateTimeOffset CreatedAt,
    IReadOnlyList<Worker> Workers);

/// <summary>One process in a session, as the server shows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Type">agent or terminal.</param>
/// <param name="Name">Unique within the session.</param>
/// <param name="AgentProgramId">Program of an agent worker; else null.</param>
/// <param name="Status">See docs/states.md.</param>
/// <param name="ActivityState">unknown, idle, active or asking; null for terminals.</param>
/// <param name="ExitCode">Exit code of an exited process; null when a signal ended it or it runs.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record Worker(
    string Id,
    string Type,
    string Name,
    string? AgentProgramId,
    string Status,
    string? ActivityState,
    int? ExitCode,
    DateTimeOffset CreatedAt);

/// <summary>A repository, as the server shows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Owner">Owner part of its name.</param>
/// <param name="Name">Name part.</param>
/// <param name="Provider">directory, local, github or git.</param>
/// <param name="DefaultBranch">Null in an empty repository.</param>
/// <param name="Status">cloning, ready or failed.</param>
/// <param name="Problem">Why it failed; else null.</param>
public sealed record Repository(
    string Id, string Owner, string Name, string Provider, string? DefaultBranch, string Status = "ready", string? Problem = null);

/// <summary>A program that can do the work.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">For people.</param>
/// <param name="IsBuiltIn">Whether it came with the product.</param>
/// <param name="IsInstalled">Whether it was found on the host; null when nobody has looked.</param>
/// <param name="CommandTemplate">How it is started (see <see cref="TemplateText"/>); null for the login shell.</param>
/// <param name="ContinueTemplate">How it goes on with its last conversation; null when it cannot.</param>
/// <param name="Sandbox">none or bubblewrap.</param>
public sealed record AgentProgram(
    string Id, string Name, bool IsBuiltIn, bool? IsInstalled, string? CommandTemplate, string? ContinueTemplate, string Sandbox)
{
    /// <summary>Whether it can be started to speak the Agent Client Protocol.</summary>
    public bool? IsAcpInstalled { get; init; }

    /// <summary>The version that was installed by Atelier; null when none was.</summary>
    public string? InstalledVersion { get; init; }

    /// <summary>How it can be installed; null where nobody knows.</summary>
    public ProgramPackage? Package { get; init; }

    /// <summary>What is being done about it, or came of that last; null when nothing was.</summary>
    public ProgramInstall? Install { get; init; }
}

/// <summary>A package of npm.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">The version that was tried.</param>
public sealed record ProgramPackage(string Name, string Version);

/// <summary>A program that is installed or removed.</summary>
/// <param name="State">installing, removing, done or failed.</param>
/// <param name="Version">The version.</param>
/// <param name="OperationId">Another for each try.</param>
/// <param name="Problem">Why it failed; null when it has not.</param>
public sealed record ProgramInstall(string State, string Version, string OperationId, string? Problem);

/// <summary>Installs a program.</summary>
/// <param name="Version">Exact version; null for the one that was tried.</param>
public sealed record InstallProgram(string? Version);

/// <summary>Asks for a session.</summary>
/// <param name="Type">worktree or quick.</param>
/// <param name="LocationPath">Directory of a quick session.</param>
/// <param name="RepositoryId">Repository of a worktree session.</param>
/// <param name="Branch">Its branch; made when it is not there.</param>
/// <param name="BaseBranch">What a new branch starts from.</param>
/// <param name="AgentProgramId">Starts an agent worker with this program.</param>
/// <param name="InitialPrompt">What the agent is told first.</param>
/// <param name="ContinueConversation">Whether the agent goes on with its last conversation there.</param>
/// <param name="Title">For people.</param>
public sealed record CreateSession(
    string Type,
    string? LocationPath = null,
    string? RepositoryId = null,
    string? Branch = null,
    string? BaseBranch = null,
    string? AgentProgramId = null,
    string? InitialPrompt = null,
    bool? ContinueConversation = null,
    string? Title = null);

/// <summary>Asks for a worker.</summary>
/// <param name="Type">agent or terminal.</param>
/// <param name="Name">Chosen by the server when null.</param>
/// <param name="Command">Program and arguments of a terminal; the login shell when null.</param>
/// <param name="AgentProgramId">Program of an agent worker.</param>
/// <param name="InitialPrompt">What the agent is told first.</param>
/// <param name="ContinueConversation">Whether the agent goes on with its last conversation there.</param>
/// <param name="Cols">Columns.</param>
/// <param name="Rows">Rows.</param>
public sealed record CreateWorker(
    string Type,
    string? Name = null,
    IReadOnlyList<string>? Command = null,
    string? AgentProgramId = null,
    string? InitialPrompt = null,
    bool? ContinueConversation = null,
    int? Cols = null,
    int? Rows = null);

/// <summary>Asks for a repository: a directory on the host, or a URL to clone.</summary>
/// <param name="Path">Absolute path of a directory.</param>
/// <param name="Provider">git, with <paramref name="Url"/>.</param>
/// <param name="Url">Any URL git understands.</param>
public sealed record AddRepository(string? Path = null, string? Provider = null, string? Url = null);

/// <summary>Changes how a repository's worktrees are set up; what is null stays.</summary>
/// <param name="DefaultBranch">What new branches start from.</param>
/// <param name="SetupCommand">Run in each new worktree; empty for none.</param>
/// <param name="TemplateFiles">All files written into new worktrees: what they say, by path within the worktree.</param>
/// <param name="CopyFiles">All patterns of untracked files that are copied into new worktrees.</param>
public sealed record ChangeRepository(
    string? DefaultBranch = null,
    string? SetupCommand = null,
    IReadOnlyDictionary<string, string>? TemplateFiles = null,
    IReadOnlyList<string>? CopyFiles = null);

/// <summary>A person who may work on a repository.</summary>
/// <param name="UserId">Who.</param>
/// <param name="Role">viewer, editor or owner.</param>
/// <param name="DisplayName">How they are called; null when it is only asked for.</param>
public sealed record Member(string UserId, string Role, string? DisplayName = null);

/// <summary>Everybody who may work on a repository.</summary>
/// <param name="Members">They.</param>
public sealed record MembersAnswer(IReadOnlyList<Member> Members);

/// <summary>A tree of files on a branch.</summary>
/// <param name="Path">Where, on its host.</param>
/// <param name="Branch">Its branch; null when it is on none.</param>
/// <param name="IsMain">Whether it is the repository's own.</param>
/// <param name="SessionIds">Sessions that work in it.</param>
/// <param name="UncommittedFiles">Files with uncommitted work; null when that cannot be told.</param>
/// <param name="UnpushedCommits">Commits that exist nowhere else; null when that cannot be told.</param>
/// <param name="DiskBytes">What it takes; null when counting took too long.</param>
/// <param name="IsSafeToRemove">Whether nothing is lost with it.</param>
public sealed record Worktree(
    string Path,
    string? Branch,
    bool IsMain,
    IReadOnlyList<string> SessionIds,
    int? UncommittedFiles,
    int? UnpushedCommits,
    long? DiskBytes,
    bool IsSafeToRemove);

/// <summary>Worktrees under their plural.</summary>
/// <param name="Worktrees">The worktrees.</param>
public sealed record WorktreesAnswer(IReadOnlyList<Worktree> Worktrees);

/// <summary>Asks for a program of one's own, or changes one; what is null stays.</summary>
/// <param name="Name">For people.</param>
/// <param name="CommandTemplate">Program and arguments, as <see cref="TemplateText"/> writes them.</param>
/// <param name="ContinueTemplate">Program and arguments that go on with the last conversation; empty for not at all.</param>
/// <param name="Sandbox">none or bubblewrap.</param>
/// <param name="AcpCommand">Program and arguments that speak the Agent Client Protocol; empty for not at all.</param>
public sealed record SaveAgentProgram(
    string? Name = null, string? CommandTemplate = null, string? ContinueTemplate = null, string? Sandbox = null, string? AcpCommand = null);

/// <summary>Renames a worker.</summary>
/// <param name="Name">Its new name.</param>
public sealed record RenameWorker(string Name);

/// <summary>A person.</summary>
/// <param name="Id">Their id.</param>
/// <param name="DisplayName">How they are called.</param>
/// <param name="IsAdministrator">Whether they may do everything.</param>
public sealed record User(string Id, string DisplayName, bool IsAdministrator);

/// <summary>Asks for a link by which somebody joins.</summary>
/// <param name="DisplayName">How they are called.</param>
public sealed record InviteUser(string DisplayName);

/// <summary>Who did what to which thing.</summary>
/// <param name="Seq">Grows with each line.</param>
/// <param name="At">When.</param>
/// <param name="ActorId">Who.</param>
/// <param name="ActorName">A person's name; null for anybody else.</param>
/// <param name="Action">What, in the past.</param>
/// <param name="SubjectKind">To what kind of thing.</param>
/// <param name="SubjectId">To which thing.</param>
/// <param name="Details">More; null when there is none.</param>
public sealed record AuditLine(
    long Seq, DateTimeOffset At, string ActorId, string? ActorName, string Action, string SubjectKind, string SubjectId, JsonElement? Details);

/// <summary>A refusal or failure, RFC 9457.</summary>
/// <param name="Type">Stable path that programs switch on.</param>
/// <param name="Title">What happened.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Detail">To which thing, and what to do.</param>
public sealed record Problem(string? Type, string? Title, int? Status, string? Detail)
{
    /// <summary>Members that this kind of problem adds.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Members { get; set; } // not init: the generated reader would take it for a constructor parameter
}
