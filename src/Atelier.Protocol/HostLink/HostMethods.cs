namespace Atelier.Protocol.HostLink;

/// <summary>Method names of HostLink; see docs/protocols/host-link.md.</summary>
public static class HostMethods
{
    /// <summary>Daemon to server, first: <see cref="HostHello"/>, answered by <see cref="HostWelcome"/>.</summary>
    public const string Hello = "host/hello";

    /// <summary>Daemon to server: a <see cref="WorkerReport"/> changed.</summary>
    public const string WorkerChanged = "worker/changed";

    /// <summary>Daemon to server: <see cref="WorkerActivityNotice"/>.</summary>
    public const string WorkerActivity = "worker/activity";

    /// <summary>Daemon to server: <see cref="ProgressNotice"/>.</summary>
    public const string Progress = "progress";

    /// <summary>Server to daemon, for workers whose activity is watched: <see cref="WorkerTypedNotice"/>.</summary>
    public const string WorkerTyped = "worker/typed";

    /// <summary><see cref="StartWorkerRequest"/>, answered by <see cref="WorkerReport"/>.</summary>
    public const string StartWorker = "worker/start";

    /// <summary><see cref="EndWorkerRequest"/>, answered by <see cref="EndWorkerReply"/>.</summary>
    public const string EndWorker = "worker/end";

    /// <summary><see cref="WorkerRequest"/>: forgets an ended worker and deletes its log. Answered by <see cref="Done"/>.</summary>
    public const string RemoveWorker = "worker/remove";

    /// <summary><see cref="WorkerRequest"/>, answered by <see cref="AttachPoint"/>.</summary>
    public const string AttachPoint = "worker/attach-point";

    /// <summary><see cref="WorkerRequest"/>, answered by <see cref="ScreenSnapshot"/>.</summary>
    public const string ScreenSnapshot = "screen/snapshot";

    /// <summary><see cref="OpenChannelRequest"/>: tunnels to a worker's socket. Answered by <see cref="Done"/>.</summary>
    public const string OpenChannel = "channel/open";

    /// <summary><see cref="CloseChannelRequest"/>, answered by <see cref="Done"/>.</summary>
    public const string CloseChannel = "channel/close";

    /// <summary><see cref="SaveImageRequest"/>, answered by <see cref="SavedFile"/>.</summary>
    public const string SaveImage = "file/save-image";

    /// <summary><see cref="ListDirectoryRequest"/>, answered by <see cref="DirectoryListing"/>.</summary>
    public const string ListDirectory = "directory/list";

    /// <summary><see cref="DetectProgramsRequest"/>, answered by <see cref="DetectedPrograms"/>.</summary>
    public const string DetectPrograms = "program/detect";

    /// <summary><see cref="InstallProgramRequest"/>, answered by <see cref="InstalledProgram"/>.</summary>
    public const string InstallProgram = "program/install";

    /// <summary><see cref="UninstallProgramRequest"/>, answered by <see cref="Done"/>.</summary>
    public const string UninstallProgram = "program/uninstall";

    /// <summary><see cref="InspectRepositoryRequest"/>, answered by <see cref="RepositoryFacts"/>.</summary>
    public const string InspectRepository = "repository/inspect";

    /// <summary><see cref="CloneRepositoryRequest"/>, answered by <see cref="RepositoryFacts"/>.</summary>
    public const string CloneRepository = "repository/clone";

    /// <summary><see cref="MakeSampleRequest"/>, answered by <see cref="RepositoryFacts"/>; with not-found once it was deleted.</summary>
    public const string MakeSample = "repository/make-sample";

    /// <summary><see cref="RepositoryRequest"/>: fetches from the remotes. Answered by <see cref="Done"/>.</summary>
    public const string FetchRepository = "repository/fetch";

    /// <summary><see cref="RepositoryRequest"/>, answered by <see cref="BranchList"/>.</summary>
    public const string ListBranches = "repository/branches";

    /// <summary><see cref="AddWorktreeRequest"/>, answered by <see cref="WorktreeFacts"/>.</summary>
    public const string AddWorktree = "worktree/add";

    /// <summary><see cref="RemoveWorktreeRequest"/>, answered by <see cref="RemoveWorktreeReply"/>.</summary>
    public const string RemoveWorktree = "worktree/remove";

    /// <summary><see cref="WorktreeRequest"/>, answered by <see cref="WorktreeStatus"/>.</summary>
    public const string WorktreeStatus = "worktree/status";

    /// <summary><see cref="RepositoryRequest"/>, answered by <see cref="WorktreeList"/>.</summary>
    public const string ListWorktrees = "worktree/list";

    /// <summary><see cref="CheckpointRequest"/>, answered by <see cref="CheckpointFacts"/>.</summary>
    public const string KeepCheckpoint = "review/checkpoint";

    /// <summary><see cref="RestoreRequest"/>, answered by <see cref="CheckpointFacts"/>: what the files were before.</summary>
    public const string RestoreCheckpoint = "review/restore";

    /// <summary><see cref="DropReferencesRequest"/>, answered by <see cref="Done"/>.</summary>
    public const string DropReferences = "review/drop";

    /// <summary><see cref="DiffRequest"/>, answered by <see cref="DiffReply"/>.</summary>
    public const string ReadDiff = "review/diff";

    /// <summary><see cref="ForecastRequest"/>, answered by <see cref="ForecastReply"/>.</summary>
    public const string ForecastMerges = "review/forecast";

    /// <summary><see cref="LandRequest"/>, answered by <see cref="LandReply"/>.</summary>
    public const string Land = "review/land";

    /// <summary><see cref="FollowAgentRequest"/>; batches come from then on. Answered by <see cref="Done"/>.</summary>
    public const string FollowAgent = "agent/follow";

    /// <summary><see cref="WorkerRequest"/>: no more batches. Answered by <see cref="Done"/>.</summary>
    public const string UnfollowAgent = "agent/unfollow";

    /// <summary><see cref="SendToAgentRequest"/>, answered by <see cref="Done"/> when the program's pipe has taken it.</summary>
    public const string SendToAgent = "agent/send";

    /// <summary><see cref="ReadTextRequest"/>, answered by <see cref="ReadTextReply"/>.</summary>
    public const string ReadText = "agent/read-text";

    /// <summary><see cref="WriteTextRequest"/>, answered by <see cref="WriteTextReply"/>.</summary>
    public const string WriteText = "agent/write-text";

    /// <summary><see cref="ListFilesRequest"/>, answered by <see cref="FileList"/>.</summary>
    public const string ListFiles = "agent/list-files";

    /// <summary><see cref="SearchTextRequest"/>, answered by <see cref="FoundText"/>.</summary>
    public const string SearchText = "agent/search-text";

    /// <summary><see cref="ReadTailRequest"/>, answered by <see cref="TailReply"/>.</summary>
    public const string ReadTail = "worker/tail";

    /// <summary>Daemon to server: <see cref="AgentBatch"/>, answered by <see cref="AgentCursor"/>.</summary>
    public const string AgentBatch = "agent/batch";

    /// <summary><see cref="OperationRequest"/>, answered by <see cref="Done"/>.</summary>
    public const string CancelOperation = "operation/cancel";

    /// <summary><see cref="ShutdownRequest"/>, answered by <see cref="Done"/>.</summary>
    public const string Shutdown = "host/shutdown";
}
