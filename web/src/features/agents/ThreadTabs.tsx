import clsx from "clsx";
import { Ellipsis, Plus } from "lucide-react";
import type { KeyboardEvent } from "react";
import type { WorkSession } from "@/contracts/http";
import { IconButton } from "@/ui/IconButton";
import { Menu } from "@/ui/Menu";
import { type StateKind, StateMark } from "@/ui/StateMark";
import { agentStrings as strings } from "./strings";

export interface ThreadTabsProps {
  threads: readonly { workSession: WorkSession; state: StateKind }[];
  current: string | null;
  panelId: string;
  canSteer: boolean;
  onOpen: (workSessionId: string) => void;
  onAdd: () => void;
  onEnd: (workSession: WorkSession, how: "complete" | "cancel") => void;
}

export function isThreadOver(workSession: WorkSession): boolean {
  return workSession.status === "completed" || workSession.status === "failed" || workSession.status === "cancelled";
}

/** The conversations of an agent, side by side. */
export function ThreadTabs({ threads, current, panelId, canSteer, onOpen, onAdd, onEnd }: ThreadTabsProps) {
  const shown = threads.find(({ workSession }) => workSession.id === current)?.workSession;
  const press = (event: KeyboardEvent<HTMLElement>, index: number) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const next = threads[(index + step + threads.length) % threads.length];
    if (step === 0 || next === undefined) return;
    event.preventDefault();
    onOpen(next.workSession.id);
    const tabs = event.currentTarget.parentElement?.children;
    const tab = tabs?.[(index + step + threads.length) % threads.length];
    if (tab instanceof HTMLElement) tab.focus();
  };
  return (
    <div className="flex h-9 max-md:h-11 shrink-0 items-center border-b border-line bg-canvas">
      <div role="tablist" aria-label={strings.threads} className="flex h-full min-w-0 overflow-x-auto">
        {threads.map(({ workSession, state }, index) => {
          const isCurrent = workSession.id === current;
          return (
            <button
              key={workSession.id}
              type="button"
              role="tab"
              aria-selected={isCurrent}
              aria-controls={isCurrent ? panelId : undefined}
              tabIndex={isCurrent ? 0 : -1}
              onClick={() => onOpen(workSession.id)}
              onKeyDown={(event) => press(event, index)}
              className={clsx(
                "relative flex h-full max-w-56 min-w-20 shrink-0 items-center gap-1.5 border-r border-line px-3 text-sm -outline-offset-2!",
                isCurrent ? "bg-surface font-medium text-text" : "text-soft hover:bg-hover",
              )}
            >
              {isCurrent ? <span aria-hidden className="absolute inset-x-0 top-0 h-0.5 bg-accent-fill" /> : null}
              <span className="truncate">{workSession.name}</span>
              <StateMark state={state} />
            </button>
          );
        })}
      </div>
      {canSteer ? (
        <>
          {shown === undefined || isThreadOver(shown) ? null : (
            <Menu
              align="start"
              trigger={
                <IconButton name={strings.threadMenu(shown.name)} className="ml-1">
                  <Ellipsis size={16} aria-hidden />
                </IconButton>
              }
              entries={[
                { name: strings.completeThread, onSelect: () => onEnd(shown, "complete") },
                { name: strings.cancelThread, isDangerous: true, onSelect: () => onEnd(shown, "cancel") },
              ]}
            />
          )}
          <IconButton name={strings.addThread} onClick={onAdd}>
            <Plus size={16} aria-hidden />
          </IconButton>
        </>
      ) : null}
    </div>
  );
}
