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
/** A question of a program: what it came with and what it was answered are the program's own. */
export type AgentRequest = Served["RequestView"];
export type InboxItem = Served["InboxItemView"];
export type CreateAgent = Served["CreateAgentRequest"];
export type AgentSettings = Exactly<
  Served["ChangeAgentRequest"],
  { title?: string; archived?: boolean; status?: "completed" | "cancelled" }
>;
export type SendMessage = Served["SendMessageRequest"];
export type PromptImage = Served["PromptImage"];
export type AnswerRequest = Exactly<
  Served["AnswerRequest"],
  { optionId: string } | { action: "accept"; content: Record<string, unknown> } | { action: "decline" | "cancel" }
>;

/** RFC 9457. `type` is a stable path; the page switches on it and never on text. */
export interface Problem {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  [member: string]: unknown;
}

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
