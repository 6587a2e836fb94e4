import type { Agent, AgentProgram } from "@/contracts/http";
import { type AgentGroup, agentGroups, groupOf, matchesAgent, programName } from "../agentRules";

export type AgentsView = "list" | "board";

/** What the address of the list says. What is absent does not matter, or is as the person had it last. */
export interface AgentsSearch {
  view?: AgentsView;
  who?: "all";
  state?: AgentGroup;
  repository?: string;
  program?: string;
  person?: string;
  archived?: true;
  q?: string;
}

/** What an address says, without what makes no sense. */
export function agentsSearch(said: Record<string, unknown>): AgentsSearch {
  const text = (name: string) => {
    const value = said[name];
    return typeof value === "string" && value !== "" ? { [name]: value } : {};
  };
  const group = agentGroups.find((each) => each === said.state);
  return {
    ...(said.view === "list" || said.view === "board" ? { view: said.view } : {}),
    ...(said.who === "all" ? { who: "all" } : {}),
    ...(group === undefined ? {} : { state: group }),
    ...text("repository"),
    ...text("program"),
    // Of others only where all are shown.
    ...(said.who === "all" ? text("person") : {}),
    ...(said.archived === true ? { archived: true } : {}),
    // Digits alone are read as a number.
    ...(typeof said.q === "number" ? { q: String(said.q) } : text("q")),
  };
}

/** How many filters narrow the list, beside whose they are and what is typed. */
export function filterCount({ state, repository, program, person, archived }: AgentsSearch): number {
  return [state, repository, program, person, archived].filter((each) => each !== undefined).length;
}

/** The agents that an address asks for; `me` undefined while it is not known who looks. */
export function filteredAgents(
  agents: readonly Agent[],
  search: AgentsSearch,
  me: string | undefined,
  programs: readonly AgentProgram[],
): Agent[] {
  const { who, state, repository, program, person, archived, q } = search;
  return agents.filter(
    (agent) =>
      (archived === true || !agent.archivedAt) &&
      (who === "all" || me === undefined || agent.userId === me) &&
      (state === undefined || groupOf(agent) === state) &&
      (repository === undefined || agent.repositoryId === repository) &&
      (program === undefined || agent.agentProgramId === program) &&
      (person === undefined || agent.userId === person) &&
      // Names have no phrases; quotation marks are for conversations.
      (q === undefined || matchesAgent(agent, q.replaceAll('"', " "), programName(agent, programs))),
  );
}
