// docs/protocols/news.md in types; what the events carry is the server's (openapi.ts).
import type { Agent, AgentProgram, HostMachine, InboxEntry, Repository, Session } from "./http";
import type { components } from "./openapi";

type Served = components["schemas"];

export interface NewsLists {
  sessions: Session[];
  hosts: HostMachine[];
  repositories: Repository[];
  agentPrograms: AgentProgram[];
  agents: Agent[];
  /** What waits for a person. */
  inboxItems: InboxEntry[];
}

export type Operation = Served["OperationView"];

export type NewsEvent =
  | { event: "snapshot" | "reset"; data: NewsLists & { operations?: Operation[] } }
  | { event: "session-changed"; data: Served["SessionChangedNews"] }
  | { event: "session-removed"; data: Served["SessionRemovedNews"] }
  | { event: "worker-activity"; data: Served["WorkerActivityNews"] }
  | { event: "repository-changed"; data: Served["RepositoryReply"] }
  | { event: "repository-removed"; data: Served["RepositoryRemovedNews"] }
  | { event: "agent-program-changed"; data: Served["AgentProgramReply"] }
  | { event: "agent-program-removed"; data: Served["AgentProgramRemovedNews"] }
  | { event: "agent-changed"; data: { agent: Agent } }
  | { event: "agent-removed"; data: Served["AgentRemovedNews"] }
  | { event: "inbox-item-changed"; data: { item: InboxEntry } }
  | { event: "host-changed"; data: Served["HostChangedNews"] }
  | { event: "operation"; data: Operation };
