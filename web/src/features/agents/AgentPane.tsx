import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useLists } from "@/app/live";
import { useNavigation } from "@/app/navigation";
import { IconButton } from "@/ui/IconButton";
import { PaneList, paneLink } from "@/ui/PaneList";
import { createPaneShape, SidePane } from "@/ui/SidePane";
import { StateMark } from "@/ui/StateMark";
import { useShortcuts } from "@/ui/useShortcuts";
import { useStore } from "@/ui/useStore";
import { agentName, agentState, stateWord } from "./agentRules";
import { agentRowGroups } from "./lists/agentRowGroups";
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
      <PaneList
        label={strings.agents}
        groups={agentRowGroups(agents.filter((agent) => !agent.archivedAt || agent.id === current))}
        keyOf={(agent) => agent.id}
        row={(agent) => {
          const word = stateWord(agent);
          return (
            <Link
              to="/agents/$agentId"
              params={{ agentId: agent.id }}
              aria-current={agent.id === current ? "page" : undefined}
              className={paneLink(agent.id === current)}
            >
              <StateMark state={agentState(agent)} {...(word === undefined ? {} : { word })} />
              <span className="truncate">{agentName(agent)}</span>
            </Link>
          );
        }}
      />
    </SidePane>
  );
}
