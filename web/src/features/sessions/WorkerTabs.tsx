import clsx from "clsx";
import { Bot, Ellipsis, Plus, SquareTerminal, X } from "lucide-react";
import { type DragEvent, type KeyboardEvent, type ReactNode, useRef, useState } from "react";
import type { AgentProgram, Worker } from "@/contracts/http";
import { ConfirmDialog } from "@/ui/ConfirmDialog";
import { IconButton } from "@/ui/IconButton";
import { Menu, type MenuEntry } from "@/ui/Menu";
import { StateMark } from "@/ui/StateMark";
import { TextDialog } from "@/ui/TextDialog";
import { useShortcuts } from "@/ui/useShortcuts";
import { isEnded, moved, workerState } from "./sessionRules";
import { sessionStrings } from "./strings";

const strings = sessionStrings.workers;

export interface WorkerTabsProps {
  workers: readonly Worker[];
  programs: readonly AgentProgram[];
  current: string | null;
  canEdit: boolean;
  panelId: string;
  onOpen: (workerId: string) => void;
  onAdd: (program: AgentProgram | null) => void;
  onRename: (worker: Worker, name: string) => void;
  onClose: (worker: Worker) => void;
  onRestart: (worker: Worker) => void;
  onMove: (workerId: string, workers: Worker[]) => void;
  trailing?: ReactNode;
}

type Asked = { kind: "close" | "rename"; worker: Worker };

/** The workers of a session as tabs: arrows change, Alt and arrows move, a drag moves too. */
export function WorkerTabs(props: WorkerTabsProps) {
  const { workers, programs, current, canEdit, panelId, onOpen, onAdd, onRename, onClose, onRestart, onMove } = props;
  const list = useRef<HTMLDivElement>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [dragged, setDragged] = useState<string | null>(null);

  const move = (worker: Worker, by: number) => {
    const at = workers.findIndex((each) => each.id === worker.id);
    const next = moved(workers, worker.id, at + by);
    if (next.findIndex((each) => each.id === worker.id) !== at) onMove(worker.id, next);
  };

  const press = (event: KeyboardEvent, worker: Worker, index: number) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step !== 0 && event.altKey && canEdit) {
      event.preventDefault();
      move(worker, step);
    } else if (step !== 0) {
      event.preventDefault();
      const next = workers[(index + step + workers.length) % workers.length];
      if (next === undefined) return;
      onOpen(next.id);
      list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[workers.indexOf(next)]?.focus();
    } else if (event.key === "F2" && canEdit) setAsked({ kind: "rename", worker });
    else if (event.key === "Delete" && canEdit) setAsked({ kind: "close", worker });
  };

  const drop = (event: DragEvent, index: number) => {
    event.preventDefault();
    if (dragged !== null) onMove(dragged, moved(workers, dragged, index));
    setDragged(null);
  };

  const actions = (worker: Worker): MenuEntry[] => [
    { name: strings.renameAction, keys: "F2", onSelect: () => setAsked({ kind: "rename", worker }) },
    ...(isEnded(worker) ? [{ name: strings.restartAction, onSelect: () => onRestart(worker) }] : []),
    { name: strings.moveLeft, keys: "alt+arrowleft", onSelect: () => move(worker, -1) },
    { name: strings.moveRight, keys: "alt+arrowright", onSelect: () => move(worker, 1) },
    { kind: "line" },
    {
      name: strings.closeAction,
      icon: <X size={14} aria-hidden />,
      isDangerous: true,
      onSelect: () => setAsked({ kind: "close", worker }),
    },
  ];
  const shown = workers.find((worker) => worker.id === current);
  const command = (id: string, name: string, run: () => void) => ({
    id: `worker.${id}`,
    keys: "",
    name,
    group: strings.tabs,
    run,
  });
  useShortcuts(
    canEdit
      ? [
          ...programs
            .filter((program) => program.isInstalled !== false)
            .map((program) => command(`add.${program.id}`, strings.addNamed(program.name), () => onAdd(program))),
          ...(shown === undefined
            ? []
            : [
                command("rename", strings.renameNamed(shown.name), () => setAsked({ kind: "rename", worker: shown })),
                command("close", strings.closeNamed(shown.name), () => setAsked({ kind: "close", worker: shown })),
                ...(isEnded(shown)
                  ? [command("restart", strings.restartNamed(shown.name), () => onRestart(shown))]
                  : []),
              ]),
        ]
      : [],
  );

  return (
    <div className="flex h-9 max-md:h-11 shrink-0 items-center border-b border-line bg-canvas pr-1">
      <div
        ref={list}
        role="tablist"
        aria-label={strings.tabs}
        className="flex h-full min-w-0 overflow-x-auto [scrollbar-width:none]"
      >
        {workers.map((worker, index) => {
          const isCurrent = worker.id === current;
          const Icon = worker.type === "agent" ? Bot : SquareTerminal;
          return (
            <button
              key={worker.id}
              type="button"
              role="tab"
              aria-selected={isCurrent}
              aria-controls={isCurrent ? panelId : undefined}
              tabIndex={isCurrent ? 0 : -1}
              title={strings.tabHint}
              draggable={canEdit}
              onClick={() => onOpen(worker.id)}
              onAuxClick={(event) => event.button === 1 && canEdit && setAsked({ kind: "close", worker })}
              onDoubleClick={() => canEdit && setAsked({ kind: "rename", worker })}
              onKeyDown={(event) => press(event, worker, index)}
              onDragStart={(event) => {
                event.dataTransfer.effectAllowed = "move";
                setDragged(worker.id);
              }}
              onDragEnd={() => setDragged(null)}
              onDragOver={(event) => dragged !== null && event.preventDefault()}
              onDrop={(event) => drop(event, index)}
              className={clsx(
                "relative flex h-full max-w-56 min-w-24 shrink-0 items-center gap-1.5 border-r border-line px-3 text-sm -outline-offset-2!",
                isCurrent ? "bg-surface font-medium text-text" : "text-soft hover:bg-hover",
                dragged === worker.id && "opacity-50",
              )}
            >
              {isCurrent ? <span aria-hidden className="absolute inset-x-0 top-0 h-0.5 bg-accent-fill" /> : null}
              <Icon size={14} aria-hidden className="shrink-0 text-faint" />
              <span className="truncate">{worker.name}</span>
              <StateMark state={workerState(worker)} />
            </button>
          );
        })}
      </div>
      {canEdit ? (
        <>
          {shown === undefined ? null : (
            <Menu
              trigger={
                <IconButton name={strings.menu(shown.name)} className="ml-1">
                  <Ellipsis size={16} aria-hidden />
                </IconButton>
              }
              align="start"
              entries={actions(shown)}
            />
          )}
          <Menu
            align="start"
            trigger={
              <IconButton name={strings.add}>
                <Plus size={16} aria-hidden />
              </IconButton>
            }
            entries={[
              {
                name: strings.addTerminal,
                icon: <SquareTerminal size={14} aria-hidden />,
                onSelect: () => onAdd(null),
              },
              ...(programs.length === 0
                ? []
                : ([{ kind: "line" }, { kind: "heading", name: strings.addAgent }] as const)),
              ...programs.map((program) => ({
                name: program.name,
                icon: <Bot size={14} aria-hidden />,
                isDisabled: program.isInstalled === false,
                onSelect: () => onAdd(program),
              })),
            ]}
          />
        </>
      ) : null}
      <span className="flex-1" />
      {props.trailing}
      {asked?.kind === "rename" ? (
        <TextDialog
          title={strings.renameTitle}
          label={strings.renameLabel}
          initial={asked.worker.name}
          submit={sessionStrings.rename.submit}
          onSubmit={(name) => onRename(asked.worker, name)}
          onClose={() => setAsked(null)}
        />
      ) : null}
      {asked?.kind === "close" ? (
        <ConfirmDialog
          title={strings.closeTitle(asked.worker.name)}
          about={strings.closeAbout}
          submit={strings.closeSubmit}
          onConfirm={() => onClose(asked.worker)}
          onClose={() => setAsked(null)}
        />
      ) : null}
    </div>
  );
}
