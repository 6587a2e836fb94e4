import { RotateCw } from "lucide-react";
import type { Worker } from "@/contracts/http";
import { fileSize } from "@/lib/time";
import { unreachable } from "@/lib/unreachable";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { uiStrings } from "@/ui/strings";
import { terminalStrings as strings } from "./strings";
import { differs, type TerminalNote, type TerminalView } from "./terminalView";

export interface TerminalNotesProps {
  view: TerminalView;
  worker: Worker;
  canRestart: boolean;
  onRestart: () => void;
  onRetry: () => void;
  onDismiss: (id: number) => void;
}

/** What has to be said about a terminal, above it: how it ended, what was lost, whose size it has. */
export function TerminalNotes({ view, worker, canRestart, onRestart, onRetry, onDismiss }: TerminalNotesProps) {
  const restart = canRestart ? (
    <Button look="primary" icon={<RotateCw size={14} aria-hidden />} onClick={onRestart}>
      {worker.type === "agent" ? strings.continueAgent : strings.restart}
    </Button>
  ) : null;
  const other = otherSize(view);
  const notes = [
    view.link.kind === "closed" ? (
      <Notice
        key="closed"
        tone="failure"
        title={strings.closed[view.link.reason]}
        actions={view.link.reason === "misbehaved" ? <Button onClick={onRetry}>{uiStrings.retry}</Button> : null}
      />
    ) : null,
    worker.status === "lost" ? (
      <Notice key="lost" tone="failure" title={strings.lost} actions={restart}>
        {strings.lostAbout}
      </Notice>
    ) : worker.status === "exited" || view.exit !== null ? (
      <Notice
        key="exit"
        tone={isFine(worker, view) ? "info" : "warning"}
        title={strings.exited(
          view.exit?.exitCode ?? worker.exitCode ?? null,
          view.exit?.signal ?? worker.signal ?? null,
        )}
        actions={restart}
      />
    ) : null,
    view.held === null ? null : (
      <Notice key="held" tone="warning" title={view.held === "disk-full" ? strings.heldDisk : strings.held} />
    ),
    view.trouble === null ? null : (
      <Notice
        key="trouble"
        tone="warning"
        title={view.trouble.code === "host-offline" ? strings.hostOffline : view.trouble.message}
      />
    ),
    ...view.notes.map((note) => (
      <Notice
        key={note.id}
        tone="warning"
        title={textOf(note)}
        actions={<Button onClick={() => onDismiss(note.id)}>{strings.dismiss}</Button>}
      />
    )),
    other === null ? null : (
      <p key="size" role="status" className="px-1 text-xs text-faint">
        {other}
      </p>
    ),
  ].filter((note) => note !== null);
  return notes.length === 0 ? null : <div className="flex flex-col gap-1.5 bg-surface p-2">{notes}</div>;
}

function isFine(worker: Worker, view: TerminalView): boolean {
  return (view.exit?.exitCode ?? worker.exitCode ?? 0) === 0 && (view.exit?.signal ?? null) === null;
}

function textOf({ note }: TerminalNote): string {
  switch (note.kind) {
    case "gap":
      return strings.gap(fileSize(note.to - note.from));
    case "dropped":
      return note.why === "refused"
        ? strings.dropped.refused(note.characters, note.reason)
        : strings.dropped[note.why](note.characters);
    default:
      return unreachable(note);
  }
}

function otherSize(view: TerminalView): string | null {
  const { size, viewers } = view;
  if (size === null || !differs(view)) return null;
  const owner = viewers.find((viewer) => viewer.cols === size.cols && viewer.rows === size.rows);
  return strings.otherSize(size.cols, size.rows, owner?.name);
}
