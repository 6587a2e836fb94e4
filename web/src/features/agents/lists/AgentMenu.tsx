import { Ellipsis } from "lucide-react";
import type { Agent } from "@/contracts/http";
import { copyText } from "@/lib/copyText";
import { IconButton } from "@/ui/IconButton";
import { Menu } from "@/ui/Menu";
import { agentName, canSteer } from "../agentRules";
import { agentStrings as strings } from "../strings";

export interface AgentMenuProps {
  agent: Agent;
  onArchive: (agent: Agent) => void;
}

/** What can be done with an agent without opening it. */
export function AgentMenu({ agent, onArchive }: AgentMenuProps) {
  const address = new URL(`/agents/${encodeURIComponent(agent.id)}`, location.href);
  return (
    <Menu
      trigger={
        <IconButton name={strings.more(agentName(agent))}>
          <Ellipsis size={16} aria-hidden />
        </IconButton>
      }
      entries={[
        ...(canSteer(agent)
          ? [
              {
                name: agent.archivedAt ? strings.unarchive : strings.archive,
                keys: "e",
                onSelect: () => onArchive(agent),
              },
              { kind: "line" } as const,
            ]
          : []),
        { name: strings.copyLink, onSelect: () => void copyText(address.href) },
        { name: strings.copyId, onSelect: () => void copyText(agent.id) },
      ]}
    />
  );
}
