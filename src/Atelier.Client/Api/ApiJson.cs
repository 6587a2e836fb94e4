using System.Text.Json;
using System.Text.Json.Serialization;
using Atelier.Client.AgentConsole;
using Atelier.Client.Agents;
using Atelier.Client.Reviews;

namespace Atelier.Client.Api;

/// <summary>A session under its own name.</summary>
/// <param name="Session">The session.</param>
public sealed record SessionAnswer(Session Session);

/// <summary>Sessions under their plural.</summary>
/// <param name="Sessions">The sessions.</param>
public sealed record SessionsAnswer(IReadOnlyList<Session> Sessions);

/// <summary>A worker under its own name.</summary>
/// <param name="Worker">The worker.</param>
public sealed record WorkerAnswer(Worker Worker);

/// <summary>Repositories under their plural.</summary>
/// <param name="Repositories">The repositories.</param>
public sealed record RepositoriesAnswer(IReadOnlyList<Repository> Repositories);

/// <summary>A repository under its own name.</summary>
/// <param name="Repository">The repository.</param>
public sealed record RepositoryAnswer(Repository Repository);

/// <summary>Programs under their plural.</summary>
/// <param name="AgentPrograms">The programs.</param>
public sealed record AgentProgramsAnswer(IReadOnlyList<AgentProgram> AgentPrograms);

/// <summary>A program under its own name.</summary>
/// <param name="AgentProgram">The program.</param>
public sealed record AgentProgramAnswer(AgentProgram AgentProgram);

/// <summary>People under their plural.</summary>
/// <param name="Users">The people.</param>
public sealed record UsersAnswer(IReadOnlyList<User> Users);

/// <summary>A page of the audit log.</summary>
/// <param name="Entries">The newest first.</param>
/// <param name="Next">What the next page comes before; null when there is none.</param>
public sealed record AuditAnswer(IReadOnlyList<AuditLine> Entries, long? Next);

/// <summary>JSON of the HTTP interface, as far as clients of ours use it.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SessionAnswer))]
[JsonSerializable(typeof(SessionsAnswer))]
[JsonSerializable(typeof(WorkerAnswer))]
[JsonSerializable(typeof(RepositoriesAnswer))]
[JsonSerializable(typeof(RepositoryAnswer))]
[JsonSerializable(typeof(AgentProgramsAnswer))]
[JsonSerializable(typeof(AgentProgramAnswer))]
[JsonSerializable(typeof(ModelProvidersAnswer))]
[JsonSerializable(typeof(ModelProviderAnswer))]
[JsonSerializable(typeof(SaveModelProvider))]
[JsonSerializable(typeof(UsersAnswer))]
[JsonSerializable(typeof(AddRepository))]
[JsonSerializable(typeof(ChangeRepository))]
[JsonSerializable(typeof(MembersAnswer))]
[JsonSerializable(typeof(WorktreesAnswer))]
[JsonSerializable(typeof(SaveAgentProgram))]
[JsonSerializable(typeof(InstallProgram))]
[JsonSerializable(typeof(RenameWorker))]
[JsonSerializable(typeof(InviteUser))]
[JsonSerializable(typeof(AgentConsoleContents))]
[JsonSerializable(typeof(CreateSession))]
[JsonSerializable(typeof(CreateWorker))]
[JsonSerializable(typeof(AuditAnswer))]
[JsonSerializable(typeof(AgentsAnswer))]
[JsonSerializable(typeof(FoundPlaces))]
[JsonSerializable(typeof(AgentAnswer))]
[JsonSerializable(typeof(TurnAnswer))]
[JsonSerializable(typeof(TurnsAnswer))]
[JsonSerializable(typeof(AgentRequestAnswer))]
[JsonSerializable(typeof(InboxAnswer))]
[JsonSerializable(typeof(InboxItemAnswer))]
[JsonSerializable(typeof(PermissionRulesAnswer))]
[JsonSerializable(typeof(CreateAgent))]
[JsonSerializable(typeof(ChangeAgent))]
[JsonSerializable(typeof(SendMessage))]
[JsonSerializable(typeof(AddWorkSession))]
[JsonSerializable(typeof(MoveTurn))]
[JsonSerializable(typeof(AnswerRequest))]
[JsonSerializable(typeof(AgentEvent))]
[JsonSerializable(typeof(AgentEventsAnswer))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(DiffAnswer))]
[JsonSerializable(typeof(MarkViewed))]
[JsonSerializable(typeof(CheckpointsAnswer))]
[JsonSerializable(typeof(CheckpointAnswer))]
[JsonSerializable(typeof(CommentsAnswer))]
[JsonSerializable(typeof(CommentAnswer))]
[JsonSerializable(typeof(AddComment))]
[JsonSerializable(typeof(ChangeComment))]
[JsonSerializable(typeof(SendComments))]
[JsonSerializable(typeof(SentCommentsAnswer))]
[JsonSerializable(typeof(ForecastAnswer))]
[JsonSerializable(typeof(Land))]
[JsonSerializable(typeof(LandingAnswer))]
[JsonSerializable(typeof(LandingsAnswer))]
[JsonSerializable(typeof(ResolveConflicts))]
[JsonSerializable(typeof(ResolveAnswer))]
public sealed partial class ApiJson : JsonSerializerContext;
