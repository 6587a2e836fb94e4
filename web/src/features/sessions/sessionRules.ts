import type { Session, Worker } from "@/contracts/http";
import type { StateKind } from "@/ui/StateMark";

/** What a worker's status and activity mean for a person. */
export function workerState(worker: Worker): StateKind {
  switch (worker.status) {
    case "starting":
      return "starting";
    case "reconnecting":
      return "reconnecting";
    case "lost":
      return "failed";
    case "exited":
      return endedWell(worker) ? "done" : "failed";
    default:
      return runningState(worker);
  }
}

/** A shell ends with the code of its last command, which is nobody's failure. */
function endedWell(worker: Worker): boolean {
  return worker.type === "terminal" || ((worker.exitCode ?? 0) === 0 && !worker.signal);
}

function runningState(worker: Worker): StateKind {
  if (worker.type === "terminal") return "ready";
  switch (worker.activityState) {
    case "active":
      return "working";
    case "asking":
      return "needs-you";
    default:
      return "ready";
  }
}

/** The worker whose state speaks for the session: what needs somebody first, then what works. */
const order: readonly StateKind[] = [
  "needs-you",
  "failed",
  "working",
  "starting",
  "reconnecting",
  "to-review",
  "ready",
  "paused",
  "done",
];

export function sessionState(session: Session): StateKind {
  const states = new Set(session.workers.map(workerState));
  return order.find((state) => states.has(state)) ?? "ready";
}

export type SessionGroup = "needs" | "running" | "finished";

export function groupOf(session: Session): SessionGroup {
  if (session.workers.length === 0) return "finished"; // nothing runs in it
  switch (sessionState(session)) {
    case "needs-you":
    case "failed":
      return "needs";
    case "done":
      return "finished";
    default:
      return "running";
  }
}

export function grouped(sessions: readonly Session[]): Record<SessionGroup, Session[]> {
  const groups: Record<SessionGroup, Session[]> = { needs: [], running: [], finished: [] };
  for (const session of newestFirst(sessions)) groups[groupOf(session)].push(session);
  return groups;
}

export function newestFirst(sessions: readonly Session[]): Session[] {
  return sessions.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
}

/** What people call it: its title, else its branch, else its folder. */
export function sessionName(session: Session): string {
  return session.title || session.branch || folderName(session.locationPath);
}

export function folderName(path: string): string {
  return path.split("/").findLast((part) => part !== "") ?? "/";
}

/** Any editor may end work on a branch; a quick session is its owner's. */
export function mayDelete(session: Session): boolean {
  return session.role === "owner" || (session.role === "editor" && session.type === "worktree");
}

export function isEnded(worker: Worker): boolean {
  return worker.status === "exited" || worker.status === "lost";
}

/** What a worker does now, in words. */
export function doing(worker: Worker, programName: string | undefined): string {
  const who = worker.type === "agent" ? (programName ?? worker.name) : worker.name;
  switch (workerState(worker)) {
    case "working":
      return `${who} is working`;
    case "needs-you":
      return `${who} is waiting for your answer`;
    case "starting":
      return `${who} is starting`;
    case "reconnecting":
      return `Looking for ${who}`;
    case "failed":
      return worker.status === "lost" ? `${who} was lost` : `${who} ended with code ${worker.exitCode ?? "unknown"}`;
    case "done":
      return `${who} ended`;
    default:
      return worker.type === "agent" ? `${who} is ready for the next request` : `${who} is open`;
  }
}

/** The worker a person wants to see first. */
export function firstWorker(session: Session): Worker | undefined {
  return (
    session.workers.find((worker) => workerState(worker) === "needs-you") ??
    session.workers.find((worker) => worker.type === "agent") ??
    session.workers[0]
  );
}

export function matches(session: Session, search: string, repositoryName: string | undefined): boolean {
  const wanted = search.trim().toLowerCase();
  if (wanted === "") return true;
  const text = [sessionName(session), session.branch, session.locationPath, repositoryName].join(" ").toLowerCase();
  return wanted.split(/\s+/).every((word) => text.includes(word));
}

/** A new order of tabs with one of them moved by one place or to another's place. */
export function moved(workers: readonly Worker[], workerId: string, to: number): Worker[] {
  const worker = workers.find((each) => each.id === workerId);
  if (worker === undefined) return [...workers];
  const others = workers.filter((each) => each.id !== workerId);
  const place = Math.max(0, Math.min(others.length, to));
  return [...others.slice(0, place), worker, ...others.slice(place)];
}

/** "terminal 2" when "terminal" is taken; names are unique within a session. */
export function freeName(workers: readonly Worker[], wanted: string): string {
  const taken = new Set(workers.map((worker) => worker.name));
  if (!taken.has(wanted)) return wanted;
  for (let number = 2; ; number++) {
    if (!taken.has(`${wanted} ${number}`)) return `${wanted} ${number}`;
  }
}
