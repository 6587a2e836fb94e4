// The page's words for what the server says and takes over HTTP. The shapes are the server's (openapi.ts, by ./dev gen); times are ISO 8601, ids opaque.
import type { components } from "./openapi";

type Served = components["schemas"];

/** Says more exactly what the page sends than the server asks for; what the server would not take does not compile. */
type Exactly<Taken, Sent extends Taken> = Sent;

export type ActivityState = Served["ActivityState"];
export type SandboxKind = Served["SandboxKind"];
export type RepositoryRole = Served["Role"];
export type SessionStatus = Served["SessionStatus"];
export type WorkerStatus = Served["WorkerViewStatus"];

export type Worker = Served["WorkerView"];
export type Session = Served["SessionView"];
export type HostMachine = Served["HostView"];
export type Repository = Served["RepositoryView"];
export type AgentProgram = Served["AgentProgramView"];
export type ModelProvider = Served["ModelProviderView"];
export type ModelProviderSettings = Served["ModelProviderRequest"];
export type Branch = Served["BranchView"];
export type Worktree = Served["WorktreeView"];
export type DirectoryListing = Served["DirectoryListing"];
export type User = Served["User"];
export type MeAnswer = Served["MeAnswer"];
export type AccessToken = Served["ListedToken"];
export type Invite = Served["Invite"];
export type Member = Served["MemberView"];

export type Agent = Served["AgentView"];
export type AgentActivity = Served["AgentActivity"];
export type AgentWithAll = Served["AgentReply"];
export type WorkSession = Served["WorkSessionView"];
export type AgentInstance = Served["InstanceView"];
export type Turn = Served["TurnView"];
export type ProgramConversation = Served["ConversationView"];
/** The description of the interface says nothing of what values of options are. */
export type ThreadChange = { modeId: string } | { options: Record<string, string | boolean> };
/** A question of a program: what it came with and what it was answered are the program's own. */
export type AgentRequest = Served["RequestView"];
export type InboxItem = Served["InboxItemView"];
/** An item as the news tell of it. */
export type InboxEntry = Pick<
  InboxItem,
  "id" | "kind" | "state" | "title" | "summary" | "expiresAt" | "createdAt" | "answer" | "answeredAt"
> & { agentId: string; workSessionId?: string | null; turnId?: string | null; requestId?: string | null };
export type InboxKind = Served["WaitKind"];
/** What a rule would go by that remembers an answer. */
export type Remembered = Served["RememberedView"];
export type PermissionRule = Served["PermissionRuleView"];
export type NotificationSettings = Served["NotificationSettingsView"];
export type CreateAgent = Served["CreateAgentRequest"];
export type AgentSettings = Exactly<
  Served["ChangeAgentRequest"],
  { title?: string; archived?: boolean; status?: "completed" | "cancelled" }
>;
export type FoundPlace = Served["FoundPlace"];
export type SendMessage = Served["SendMessageRequest"];
export type PromptImage = Served["PromptImage"];
export type AnswerRequest = Exactly<
  Served["AnswerRequest"],
  | ({ optionId: string } & Remembering)
  | { action: "accept"; content: Record<string, unknown> }
  | { action: "decline" | "cancel" | "continue" | "stop" | "retry" }
>;

/** That the same is answered in the same way from now on; by leading words where a pattern is given. */
export type Remembering = { remember?: "repository"; pattern?: string };

/** RFC 9457. `type` is a stable path; the page switches on it and never on text. */
export interface Problem {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  [member: string]: unknown;
}

export type WorkDiff = Served["WorkDiff"];
export type DiffFile = Served["DiffFileView"];
export type DiffHunk = Served["DiffHunkView"];
export type ReviewComment = Served["ReviewComment"];
export type AddComment = Exactly<
  Served["AddCommentBody"],
  { path: string; line: number; text: string; side: "old" | "new"; turnId?: string }
>;
export type AgentCheckpoint = Served["CheckpointView"];
export type AgentForecast = Served["Forecast"];
export type AgentLanding = Served["LandingView"];
export type LandWork = Served["LandBody"];

export type RepositorySettings = Served["ChangeRepositoryRequest"];
export type NewRepository = Served["AddRepositoryRequest"];
export type ProgramSettings = Served["AgentProgramRequest"];
export type SessionSettings = Exactly<
  Served["ChangeSessionRequest"],
  { title?: string; sharedRole?: RepositoryRole | "none" }
>;
export type Members = Served["MembersBody"];

interface FirstAgent {
  agentProgramId?: string;
  initialPrompt?: string;
  continueConversation?: boolean;
  title?: string;
}

export type CreateSession = Exactly<
  Served["CreateSessionRequest"],
  FirstAgent &
    (
      | { type: "worktree"; repositoryId: string; branch: string; baseBranch?: string }
      | { type: "quick"; locationPath: string; hostId?: string }
    )
>;

export type CreateWorker = Exactly<
  Served["CreateWorkerRequest"],
  { name?: string; cols?: number; rows?: number } & (
    | { type: "terminal"; command?: string[] }
    | { type: "agent"; agentProgramId: string; initialPrompt?: string; continueConversation?: boolean }
  )
>;
