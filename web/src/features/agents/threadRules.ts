import type { WorkSession } from "@/contracts/http";
import type { StateKind } from "@/ui/StateMark";
import { agentStrings as strings } from "./strings";
import { type AgentThreads, inFlight, openRequests, queueOf } from "./threadReducer";

/** Who answers in a thread. */
export function whoIn(workSession: WorkSession, program: string): string {
  return workSession.agentType === "zed_agent" ? program : strings.threadKinds[workSession.agentType];
}

/** How a thread stands, for its tab. */
export function threadState(threads: AgentThreads, workSession: WorkSession): StateKind {
  if (workSession.status === "failed" || workSession.thread?.status === "failed") return "failed";
  if (workSession.status === "completed" || workSession.status === "cancelled") return "done";
  if (openRequests(threads, workSession.id).length > 0) return "needs-you";
  if (inFlight(threads, workSession.id) !== undefined) {
    return workSession.agentType === "zed_agent" && threads.instance?.status === "disconnected"
      ? "reconnecting"
      : "working";
  }
  if (workSession.isHeld) return "paused";
  return queueOf(threads, workSession.id).length > 0 ? "starting" : "ready";
}
