import type { Agent, AgentProgram } from "@/contracts/http";
import type { StateKind } from "@/ui/StateMark";
import { listStrings as strings } from "./listStrings";

/** What an agent's activity means for a person; what somebody has looked at waits for nobody. */
export function agentState(agent: Pick<Agent, "activity" | "doing">): StateKind {
  const isLookedAt = agent.doing === "idle";
  switch (agent.activity) {
    case "preparing":
      return "starting";
    case "to-review":
      return isLookedAt ? "done" : "to-review";
    case "failed":
      return isLookedAt ? "ready" : "failed";
    case "working":
    case "needs-you":
    case "reconnecting":
    case "done":
      return agent.activity;
    case "landed":
      return "done";
    default:
      // A newer server may say a word that this page does not know.
      return "ready";
  }
}

/** The state's word where the usual one would say less than is known. */
export function stateWord(agent: Pick<Agent, "activity" | "status">): string | undefined {
  if (agent.status === "cancelled") return strings.cancelled;
  if (agent.activity === "preparing") return strings.preparing;
  if (agent.activity === "landed") return strings.landed;
  return undefined;
}

export type AgentGroup = "needs" | "working" | "review" | "failed" | "done";

export const agentGroups: readonly AgentGroup[] = ["needs", "working", "review", "failed", "done"];

/** Where an agent stands on the board and in lists: what a person has to do with it. */
export function groupOf(agent: Pick<Agent, "doing" | "archivedAt">): AgentGroup {
  return agent.archivedAt ? "done" : (groups[agent.doing ?? ""] ?? "working");
}

const groups: Record<string, AgentGroup> = {
  waiting: "needs",
  "to-review": "review",
  failed: "failed",
  idle: "done",
};

export function groupedAgents(agents: readonly Agent[]): Record<AgentGroup, Agent[]> {
  const groups: Record<AgentGroup, Agent[]> = { needs: [], working: [], review: [], failed: [], done: [] };
  for (const agent of agents.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))) {
    groups[groupOf(agent)].push(agent);
  }
  return groups;
}

/** What people call it: its title, else the first line of what it was asked. */
export function agentName(agent: Pick<Agent, "title" | "taskRequest">): string {
  if (agent.title) return agent.title;
  const line = agent.taskRequest.split("\n").find((each) => each.trim() !== "") ?? "";
  return line.trim().slice(0, 200);
}

export function agentPlace(agent: Agent): string {
  const repository = agent.repositoryName ? `${agent.repositoryOwner ?? ""}/${agent.repositoryName}` : null;
  return [repository, agent.branch].filter((part) => part).join(" · ");
}

export function programName(agent: Agent, programs: readonly AgentProgram[]): string {
  return programs.find((program) => program.id === agent.agentProgramId)?.name ?? agent.agentProgramId;
}

/** What an agent does now, in words. */
export function agentDoing(agent: Agent, who: string): string {
  if (agent.activity === "failed" && agent.problem) return agent.problem;
  const words = strings.doing[agent.activity] ?? strings.doing.idle;
  const said = words(who, agent.openRequests);
  return agent.queuedTurns > 0 && agent.activity !== "preparing" && agent.activity !== "done"
    ? `${said}, ${strings.queued(agent.queuedTurns)}`
    : said;
}

export function matchesAgent(agent: Agent, search: string, program: string): boolean {
  const wanted = search.trim().toLowerCase();
  if (wanted === "") return true;
  const text = [agentName(agent), agent.taskRequest, agentPlace(agent), program].join(" ").toLowerCase();
  return wanted.split(/\s+/).every((word) => text.includes(word));
}

export function isOver(agent: Pick<Agent, "status">): boolean {
  return agent.status === "completed" || agent.status === "cancelled";
}

export function canSteer(agent: Pick<Agent, "role">): boolean {
  return agent.role === "editor" || agent.role === "owner";
}

/** Programs that can be an agent: the installed ones first, the demo last. */
export function programsForAgents(programs: readonly AgentProgram[]): AgentProgram[] {
  const rank = (program: AgentProgram) =>
    isMissing(program) ? 3 : program.id === demoProgram ? 2 : program.servedBy === "chat" ? 1 : 0;
  return programs
    .filter((program) => program.acpCommand || (program.servedBy !== "itself" && !isMissing(program)))
    .toSorted((a, b) => rank(a) - rank(b));
}

export const demoProgram = "demo";

/** Whether a program is not there to do an agent's work: its command is missing, or the model that it needs. */
export function isMissing(program: AgentProgram): boolean {
  return program.servedBy === "itself" ? program.isAcpInstalled === false : program.isInstalled === false;
}

/** The program that runs an agent's threads; null where the agent was made without one. */
export function threadProgram(agent: Agent, programs: readonly AgentProgram[]): string | null {
  const program = programs.find((each) => each.id === agent.agentProgramId);
  return program !== undefined && program.servedBy !== "itself" ? null : programName(agent, programs);
}

/** The one that was chosen last, else one that is installed, else the demo. */
export function preselected(programs: readonly AgentProgram[], last: string): string {
  const usable = programsForAgents(programs).filter((program) => !isMissing(program));
  return usable.find((program) => program.id === last)?.id ?? usable[0]?.id ?? "";
}
