import type { Viewer } from "@/contracts/workerSocket";
import type { LinkState } from "@/lib/link";
import { unreachable } from "@/lib/unreachable";
import type { WorkerSocketEvent } from "@/lib/workerSocket";

export interface TerminalNote {
  id: number;
  note: Extract<WorkerSocketEvent, { kind: "dropped" | "gap" }>;
}

/** What the page shows around one terminal. The screen itself is xterm's. */
export interface TerminalView {
  link: LinkState;
  size: { cols: number; rows: number } | null;
  /** What would fit into this page. */
  fits: { cols: number; rows: number } | null;
  exit: { exitCode: number | null; signal: string | null } | null;
  held: string | null;
  trouble: { code: string; message: string } | null;
  viewers: readonly Viewer[];
  waiting: number;
  notes: readonly TerminalNote[];
}

export const freshTerminal: TerminalView = {
  link: { kind: "connecting" },
  size: null,
  fits: null,
  exit: null,
  held: null,
  trouble: null,
  viewers: [],
  waiting: 0,
  notes: [],
};

export function afterSocketEvent(view: TerminalView, event: WorkerSocketEvent): TerminalView {
  switch (event.kind) {
    case "link":
      return { ...view, link: event.link, viewers: event.link.kind === "live" ? view.viewers : [] };
    case "attached":
      return { ...view, size: { cols: event.cols, rows: event.rows }, held: null, trouble: null };
    case "snapshot":
    case "size":
      return { ...view, size: { cols: event.cols, rows: event.rows } };
    case "epoch":
      return { ...view, exit: null, held: null };
    case "exit":
      return { ...view, exit: { exitCode: event.exitCode, signal: event.signal } };
    case "held":
      return { ...view, held: event.reason };
    case "viewers":
      return { ...view, viewers: event.viewers };
    case "waiting":
      return { ...view, waiting: event.characters };
    case "dropped":
    case "gap":
      return { ...view, notes: [...view.notes.slice(-2), { id: (view.notes.at(-1)?.id ?? 0) + 1, note: event }] };
    case "trouble":
      return { ...view, trouble: { code: event.code, message: event.message } };
    case "output":
      return view.trouble === null ? view : { ...view, trouble: null };
    case "activity":
      return view;
    default:
      return unreachable(event);
  }
}

export function withoutNote(view: TerminalView, id: number): TerminalView {
  return { ...view, notes: view.notes.filter((note) => note.id !== id) };
}

/** Who typed last, as far as this page knows. */
export type Typist = "me" | "other" | "nobody";

/** Whether this viewer is the one whose size counts and who answers the program's questions: whoever typed last, else who came first. */
export function isLeading(view: TerminalView, client: string, typist: Typist): boolean {
  if (typist === "me" || view.viewers.length <= 1) return true;
  return typist === "nobody" && view.viewers[0]?.client === client;
}

/** Whether the terminal has the size of another viewer's window. */
export function differs({ size, fits, viewers, link }: TerminalView): boolean {
  return (
    link.kind === "live" &&
    viewers.length > 1 &&
    size !== null &&
    fits !== null &&
    (size.cols !== fits.cols || size.rows !== fits.rows)
  );
}
