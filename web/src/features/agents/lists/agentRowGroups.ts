import type { Agent } from "@/contracts/http";
import type { RowGroup } from "@/ui/GroupedRows";
import { agentGroups, groupedAgents } from "../agentRules";
import { agentStrings as strings } from "../strings";

/** Agents as lists, the board and panes have them, what needs somebody first. */
export function agentRowGroups(agents: readonly Agent[]): RowGroup<Agent>[] {
  const groups = groupedAgents(agents);
  return agentGroups.map((key) => ({ key, title: strings.groups[key], items: groups[key] }));
}
