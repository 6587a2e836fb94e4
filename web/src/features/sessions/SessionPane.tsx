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
import { sessionRowGroups } from "./sessionRowGroups";
import { sessionName, sessionState } from "./sessionRules";
import { sessionStrings as strings } from "./strings";

const paneShape = createPaneShape("atelier.session-pane");

/** All sessions beside the open one, to go from one to the next. */
export function SessionPane({ current }: { current: string }) {
  const sessions = useLists((lists) => lists.sessions) ?? [];
  const shape = useStore(paneShape);
  const { openCreate } = useNavigation();
  useShortcuts([
    {
      id: "sessions.pane",
      keys: "[",
      name: shape.isOpen ? strings.hideList : strings.showList,
      group: strings.sessions,
      run: () => paneShape.set({ ...shape, isOpen: !shape.isOpen }),
    },
  ]);
  return (
    <SidePane
      title={strings.sessions}
      store={paneShape}
      hideName={strings.hideList}
      resizeName={strings.resizeList}
      actions={
        <IconButton name={strings.newSession} keys="c" onClick={openCreate}>
          <Plus size={16} aria-hidden />
        </IconButton>
      }
    >
      <PaneList
        label={strings.sessions}
        groups={sessionRowGroups(sessions)}
        keyOf={(session) => session.id}
        row={(session) => (
          <Link
            to="/sessions/$sessionId"
            params={{ sessionId: session.id }}
            aria-current={session.id === current ? "page" : undefined}
            className={paneLink(session.id === current)}
          >
            <StateMark state={sessionState(session)} />
            <span className="truncate">{sessionName(session)}</span>
          </Link>
        )}
      />
    </SidePane>
  );
}
