// What the server says and takes over HTTP. Times are ISO 8601, ids are opaque.

export type ActivityState = "unknown" | "idle" | "active" | "asking";
export type SandboxKind = "none" | "bubblewrap";
export type RepositoryRole = "owner" | "editor" | "viewer";

/** `docs/states.md` lists them; a page of an older build shows a status it does not know as running. */
export type SessionStatus = "active" | "inactive" | "reconnecting" | (string & {});
export type WorkerStatus = "starting" | "running" | "reconnecting" | "exited" | "lost" | (string & {});

export interface Worker {
  id: string;
  type: "agent" | "terminal";
  name: string;
  agentProgramId?: string | null;
  command?: string[] | null;
  epoch?: number | null;
  status: WorkerStatus;
  activityState?: ActivityState | null;
  exitCode?: number | null;
  signal?: string | null;
  createdAt: string;
}

export interface Session {
  id: string;
  type: "worktree" | "quick";
  title?: string | null;
  locationPath: string;
  hostId?: string | null;
  repositoryId?: string | null;
  branch?: string | null;
  status: SessionStatus;
  createdAt: string;
  createdBy?: string | null;
  /** What this person may do here. Missing means that the server did not say; it refuses on its own. */
  role?: RepositoryRole | null;
  /** What everybody else may do in a quick session. */
  sharedRole?: RepositoryRole | null;
  problem?: string | null;
  workers: Worker[];
}

export interface HostMachine {
  id: string;
  name: string;
  isLocal: boolean;
  isOnline: boolean;
  version?: string | null;
  lastSeenAt?: string | null;
}

export interface Repository {
  id: string;
  owner: string;
  name: string;
  provider: "directory" | "local" | "github" | "git" | (string & {});
  path?: string | null;
  url?: string | null;
  hostId?: string | null;
  defaultBranch?: string | null;
  status: "cloning" | "ready" | "failed" | (string & {});
  /** Why it could not be cloned. */
  problem?: string | null;
  setupCommand?: string | null;
  templateFiles?: Record<string, string> | null;
  copyFiles?: string[] | null;
  role?: RepositoryRole | null;
}

export interface AgentProgram {
  id: string;
  name: string;
  isBuiltIn?: boolean | null;
  isInstalled?: boolean | null;
  icon?: string | null;
  commandTemplate?: string | null;
  continueTemplate?: string | null;
  askingPatterns?: string[] | null;
  sandbox?: SandboxKind | null;
}

export interface Branch {
  name: string;
  isRemoteOnly?: boolean | null;
  committedAt?: string | null;
  subject?: string | null;
  worktreePath?: string | null;
}

export interface Worktree {
  path: string;
  branch?: string | null;
  isMain?: boolean | null;
  sessionIds: string[];
  firstPort?: number | null;
  uncommittedFiles?: number | null;
  unpushedCommits?: number | null;
  diskBytes?: number | null;
  isSafeToRemove?: boolean | null;
}

export interface DirectoryListing {
  path: string;
  parent?: string | null;
  entries: { name: string; path: string; isRepository?: boolean | null }[];
  truncated?: boolean | null;
}

export interface User {
  id: string;
  displayName: string;
  isAdministrator: boolean;
}

export interface AccessToken {
  id: string;
  kind: "program" | "browser";
  name: string;
  createdAt: string;
  lastUsedAt?: string | null;
  expiresAt?: string | null;
  /** Whether this page itself is signed in by it. */
  isCurrent: boolean;
}

export interface Invite {
  id: string;
  displayName?: string | null;
  expiresAt: string;
}

/** RFC 9457. `type` is a stable path; the page switches on it and never on text. */
export interface Problem {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  [member: string]: unknown;
}

export type CreateSession =
  | {
      type: "worktree";
      repositoryId: string;
      branch: string;
      baseBranch?: string;
      agentProgramId?: string;
      initialPrompt?: string;
      continueConversation?: boolean;
      title?: string;
    }
  | {
      type: "quick";
      locationPath: string;
      hostId?: string;
      agentProgramId?: string;
      initialPrompt?: string;
      continueConversation?: boolean;
      title?: string;
    };

export type CreateWorker =
  | { type: "terminal"; name?: string; command?: string[]; cols?: number; rows?: number }
  | {
      type: "agent";
      agentProgramId: string;
      name?: string;
      initialPrompt?: string;
      continueConversation?: boolean;
      cols?: number;
      rows?: number;
    };
