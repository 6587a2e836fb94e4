import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import { PanelLeftClose, Plus } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import { useLists } from "@/app/live";
import { useNavigation } from "@/app/navigation";
import type { Session } from "@/contracts/http";
import { createKeptStore } from "@/lib/store";
import { IconButton } from "@/ui/IconButton";
import { StateMark } from "@/ui/StateMark";
import { useShortcuts } from "@/ui/useShortcuts";
import { useStore } from "@/ui/useStore";
import { grouped, type SessionGroup, sessionName, sessionState } from "./sessionRules";
import { sessionStrings as strings } from "./strings";

interface PaneShape {
  isOpen: boolean;
  width: number;
}

const narrowest = 180;
const widest = 420;

/** Remembered in this browser. */
export const paneShape = createKeptStore<PaneShape>(
  "atelier.session-pane",
  { isOpen: true, width: 248 },
  (value): value is PaneShape =>
    typeof value === "object" &&
    value !== null &&
    "isOpen" in value &&
    "width" in value &&
    typeof value.width === "number",
);

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
  if (!shape.isOpen) return null;
  return (
    <aside
      aria-label={strings.sessions}
      className="relative flex min-h-0 shrink-0 flex-col border-r border-line bg-canvas max-lg:hidden"
      style={{ width: shape.width }}
    >
      <header className="flex h-11 shrink-0 items-center gap-0.5 border-b border-line pr-1.5 pl-3">
        <h2 className="flex-1 font-semibold">{strings.sessions}</h2>
        <IconButton name={strings.newSession} keys="c" onClick={openCreate}>
          <Plus size={16} aria-hidden />
        </IconButton>
        <IconButton name={strings.hideList} keys="[" onClick={() => paneShape.set({ ...shape, isOpen: false })}>
          <PanelLeftClose size={16} aria-hidden />
        </IconButton>
      </header>
      <PaneList sessions={sessions} current={current} />
      <Splitter shape={shape} />
    </aside>
  );
}

export function PaneList({ sessions, current }: { sessions: readonly Session[]; current: string | null }) {
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

function Splitter({ shape }: { shape: PaneShape }) {
  const start = useRef<{ x: number; width: number } | null>(null);
  const set = (width: number) => paneShape.set({ ...shape, width: Math.max(narrowest, Math.min(widest, width)) });
  return (
    // A focusable separator is the pattern for this: https://www.w3.org/WAI/ARIA/apg/patterns/windowsplitter/
    // biome-ignore lint/a11y/useSemanticElements: an hr can't be moved
    <div
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={strings.resizeList}
      aria-valuenow={shape.width}
      aria-valuemin={narrowest}
      aria-valuemax={widest}
      className="absolute inset-y-0 -right-1 z-10 w-2 cursor-col-resize hover:bg-accent-wash focus-visible:bg-accent-wash"
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key === "ArrowLeft") set(shape.width - 16);
        if (event.key === "ArrowRight") set(shape.width + 16);
      }}
      onPointerDown={(event: PointerEvent) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { x: event.clientX, width: shape.width };
      }}
      onPointerMove={(event) => {
        if (start.current !== null) set(start.current.width + event.clientX - start.current.x);
      }}
      onPointerUp={() => {
        start.current = null;
      }}
    />
  );
}
