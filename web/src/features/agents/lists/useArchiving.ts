import { toast } from "sonner";
import type { Agent } from "@/contracts/http";
import { useAgentChanges } from "../agentQueries";
import { agentName } from "../agentRules";
import { agentStrings } from "../strings";
import { boardStrings as strings } from "./boardStrings";

export interface Archiving {
  /** Sets an agent aside, or takes it back. */
  toggle: (agent: Agent) => void;
  archiveAll: (agents: readonly Agent[]) => void;
}

/** Sets agents aside at once; it can be undone from the message that says so. */
export function useArchiving(): Archiving {
  const changes = useAgentChanges();
  const say = (message: string, agents: readonly Agent[]) =>
    toast(message, {
      action: {
        label: agentStrings.undo,
        onClick: () => {
          for (const agent of agents) void changes.archive(agent, false);
        },
      },
    });
  return {
    async toggle(agent) {
      const isArchived = Boolean(agent.archivedAt);
      const isDone = await changes.archive(agent, !isArchived);
      if (isDone && !isArchived) say(agentStrings.archivedToast(agentName(agent)), [agent]);
    },
    async archiveAll(agents) {
      const archived: Agent[] = [];
      for (const agent of agents) {
        if (await changes.archive(agent, true)) archived.push(agent);
        else break; // the reason was said, and the others would meet it too
      }
      if (archived.length > 0) say(strings.archivedAll(archived.length), archived);
    },
  };
}
