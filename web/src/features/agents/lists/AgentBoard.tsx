import { useVirtualizer } from "@tanstack/react-virtual";
import clsx from "clsx";
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";
import type { Agent } from "@/contracts/http";
import type { RowGroup } from "@/ui/GroupedRows";
import { StateMark } from "@/ui/StateMark";
import type { AgentGroup } from "../agentRules";
import { agentStrings } from "../strings";
import { boardStrings as strings } from "./boardStrings";

const shapes = { needs: "needs-you", working: "working", review: "to-review", failed: "failed", done: "done" } as const;

export interface AgentBoardProps {
  columns: readonly RowGroup<Agent>[];
  card: (agent: Agent) => ReactNode;
  actions: (column: RowGroup<Agent>) => ReactNode;
}

/** Columns beside each other; on a phone one at a time, behind tabs. */
export function AgentBoard({ columns, card, actions }: AgentBoardProps) {
  const id = useId();
  const [chosen, setChosen] = useState<string | null>(null);
  const shown = chosen ?? columns.find((column) => column.items.length > 0)?.key ?? columns[0]?.key;
  const press = (event: KeyboardEvent<HTMLElement>, index: number) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const next = (index + step + columns.length) % columns.length;
    const column = columns[next];
    if (step === 0 || column === undefined) return;
    event.preventDefault();
    setChosen(column.key);
    const tab = event.currentTarget.parentElement?.children[next];
    if (tab instanceof HTMLElement) tab.focus();
  };
  return (
    <>
      <div
        role="tablist"
        aria-label={strings.board}
        className="flex shrink-0 overflow-x-auto border-b border-line md:hidden"
      >
        {columns.map((column, index) => (
          <button
            key={column.key}
            type="button"
            role="tab"
            id={`${id}-tab-${column.key}`}
            aria-selected={column.key === shown}
            aria-controls={`${id}-${column.key}`}
            tabIndex={column.key === shown ? 0 : -1}
            onClick={() => setChosen(column.key)}
            onKeyDown={(event) => press(event, index)}
            className={clsx(
              "flex h-11 shrink-0 items-center gap-1.5 px-3 text-sm -outline-offset-2! whitespace-nowrap",
              column.key === shown ? "border-b-2 border-accent-fill font-medium" : "text-soft",
            )}
          >
            {column.title}
            <span className="text-faint">{column.items.length}</span>
          </button>
        ))}
      </div>
      <div className="flex min-h-0 flex-1 gap-2 overflow-x-auto px-2 pt-2 md:px-6 md:pb-3">
        {columns.map((column) => (
          <Column
            key={column.key}
            id={`${id}-${column.key}`}
            column={column}
            card={card}
            actions={actions(column)}
            className={column.key === shown ? "" : "max-md:hidden"}
          />
        ))}
      </div>
    </>
  );
}

const cardHeight = 106;
const gap = 8;

function Column({
  id,
  column,
  card,
  actions,
  className,
}: {
  id: string;
  column: RowGroup<Agent>;
  card: (agent: Agent) => ReactNode;
  actions: ReactNode;
  className: string;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const key = column.key as AgentGroup;
  const cards = useVirtualizer({
    count: column.items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => cardHeight,
    getItemKey: (index) => column.items[index]?.id ?? index,
    gap,
    overscan: 6,
  });
  return (
    <section
      id={id}
      aria-label={agentStrings.groups[key]}
      className={clsx("flex min-w-0 flex-1 flex-col rounded-md bg-canvas md:min-w-52", className)}
    >
      <header className="flex h-9 shrink-0 items-center gap-1.5 px-2.5 max-md:hidden">
        <StateMark state={shapes[key]} word="" />
        <h2 className="text-sm font-semibold">{column.title}</h2>
        <span className="text-sm text-faint">{column.items.length}</span>
        <span className="flex-1" />
        {actions}
      </header>
      {actions === null ? null : <div className="flex justify-end px-2 pt-1 md:hidden">{actions}</div>}
      {column.items.length === 0 ? (
        <p className="px-2.5 py-2 text-sm text-faint">{strings.emptyColumn[key]}</p>
      ) : (
        <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto px-1.5 pb-1.5">
          <ul aria-label={agentStrings.groups[key]} className="relative" style={{ height: cards.getTotalSize() }}>
            {cards.getVirtualItems().map((item) => {
              const agent = column.items[item.index];
              return agent === undefined ? null : (
                <li
                  key={item.key}
                  className="absolute inset-x-0 top-0"
                  style={{ height: item.size, transform: `translateY(${item.start}px)` }}
                >
                  {card(agent)}
                </li>
              );
            })}
          </ul>
        </div>
      )}
    </section>
  );
}
