import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import { Plus } from "lucide-react";
import { useLists } from "@/app/live";
import { useNavigation } from "@/app/navigation";
import type { Agent } from "@/contracts/http";
import { IconButton } from "@/ui/IconButton";
import { createPaneShape, SidePane } from "@/ui/SidePane";
import { StateMark } from "@/ui/StateMark";
import { useShortcuts } from "@/ui/useShortcuts";
import { useStore } from "@/ui/useStore";
import { agentGroups, agentName, agentState, groupedAgents, stateWord } from "./agentRules";
import { agentStrings as strings } from "./strings";

const paneShape = createPaneShape("atelier.agent-pane");

/** All agents beside the open one, to go from one to the next. */
export default function AgentPane({ current }: { current: string }) {
  const agents = useLists((lists) => lists.agents) ?? [];
  const shape = useStore(paneShape);
  const { openCreateAgent } = useNavigation();
  useShortcuts([
    {
      id: "agents.pane",
      keys: "[",
      name: shape.isOpen ? strings.hideList : strings.showList,
      group: strings.agents,
      run: () => paneShape.set({ ...shape, isOpen: !shape.isOpen }),
    },
  ]);
  return (
    <SidePane
      title={strings.list}
      store={paneShape}
      hideName={strings.hideList}
      resizeName={strings.resizeList}
      actions={
        <IconButton name={strings.newAgent} onClick={openCreateAgent}>
          <Plus size={16} aria-hidden />
        </IconButton>
      }
    >
      <PaneList agents={agents.filter((agent) => !agent.archivedAt || agent.id === current)} current={current} />
    </SidePane>
  );
}

const mostInGroup = 200;

function PaneList({ agents, current }: { agents: readonly Agent[]; current: string }) {
  const groups = groupedAgents(agents);
  return (
    <nav aria-label={strings.agents} className="min-h-0 flex-1 overflow-y-auto p-1.5">
      {agentGroups.map((group) =>
        groups[group].length === 0 ? null : (
          <section key={group} aria-label={strings.groups[group]} className="mb-2">
            <h3 className="px-2 py-1 text-xs font-medium text-faint">
              {strings.groups[group]} {groups[group].length}
            </h3>
            <ul>
              {groups[group].slice(0, mostInGroup).map((agent) => {
                const word = stateWord(agent);
                return (
                  <li key={agent.id}>
                    <Link
                      to="/agents/$agentId"
                      params={{ agentId: agent.id }}
                      aria-current={agent.id === current ? "page" : undefined}
                      className={clsx(
                        "flex h-7 items-center gap-2 rounded-md px-2 text-sm",
                        agent.id === current ? "bg-selected font-medium" : "text-soft hover:bg-hover hover:text-text",
                      )}
                    >
                      <StateMark state={agentState(agent)} {...(word === undefined ? {} : { word })} />
                      <span className="truncate">{agentName(agent)}</span>
                    </Link>
                  </li>
                );
              })}
            </ul>
          </section>
        ),
      )}
    </nav>
  );
}
