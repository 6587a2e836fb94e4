import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import { Plus } from "lucide-react";
import { useLists } from "@/app/live";
import { useNavigation } from "@/app/navigation";
import type { Session } from "@/contracts/http";
import { IconButton } from "@/ui/IconButton";
import { createPaneShape, SidePane } from "@/ui/SidePane";
import { StateMark } from "@/ui/StateMark";
import { useShortcuts } from "@/ui/useShortcuts";
import { useStore } from "@/ui/useStore";
import { grouped, type SessionGroup, sessionName, sessionState } from "./sessionRules";
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
      <PaneList sessions={sessions} current={current} />
    </SidePane>
  );
}

function PaneList({ sessions, current }: { sessions: readonly Session[]; current: string | null }) {
  const groups = grouped(sessions);
  return (
    <nav aria-label={strings.sessions} className="min-h-0 flex-1 overflow-y-auto p-1.5">
      {(["needs", "running", "finished"] as const satisfies SessionGroup[]).map((group) =>
        groups[group].length === 0 ? null : (
          <section key={group} aria-label={strings.groups[group]} className="mb-2">
            <h3 className="px-2 py-1 text-xs font-medium text-faint">
              {strings.groups[group]} {groups[group].length}
            </h3>
            <ul>
              {groups[group].slice(0, 200).map((session) => (
                <li key={session.id}>
                  <Link
                    to="/sessions/$sessionId"
                    params={{ sessionId: session.id }}
                    aria-current={session.id === current ? "page" : undefined}
                    className={clsx(
                      "flex h-7 items-center gap-2 rounded-md px-2 text-sm",
                      session.id === current ? "bg-selected font-medium" : "text-soft hover:bg-hover hover:text-text",
                    )}
                  >
                    <StateMark state={sessionState(session)} />
                    <span className="truncate">{sessionName(session)}</span>
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        ),
      )}
    </nav>
  );
}
