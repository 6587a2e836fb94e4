// docs/protocols/news.md in types.
import type { ActivityState, AgentProgram, HostMachine, Repository, Session } from "./http";

export interface NewsLists {
  sessions: Session[];
  hosts: HostMachine[];
  repositories: Repository[];
  agentPrograms: AgentProgram[];
}

export interface Operation {
  operationId: string;
  phase: string;
  completed?: number | null;
  total?: number | null;
  state: "running" | "done" | "failed";
  problem?: { title?: string; detail?: string } | string | null;
}

export type NewsEvent =
  | { event: "snapshot" | "reset"; data: NewsLists & { operations?: Operation[] } }
  | { event: "session-changed"; data: { session: Session } }
  | { event: "session-removed"; data: { sessionId: string } }
  | { event: "worker-activity"; data: { sessionId: string; workerId: string; activityState: ActivityState } }
  | { event: "repository-changed"; data: { repository: Repository } }
  | { event: "repository-removed"; data: { repositoryId: string } }
  | { event: "agent-program-changed"; data: { agentProgram: AgentProgram } }
  | { event: "agent-program-removed"; data: { agentProgramId: string } }
  | { event: "host-changed"; data: { host: HostMachine } }
  | { event: "host-removed"; data: { hostId: string } }
  | { event: "operation"; data: Operation };
