import clsx from "clsx";

export type StateKind =
  | "starting"
  | "working"
  | "needs-you"
  | "ready"
  | "to-review"
  | "done"
  | "failed"
  | "reconnecting"
  | "paused";

/** The one place that says what a state is called, which shape it has and in which colour. */
export const states: Record<StateKind, { word: string; shape: string; colour: string }> = {
  starting: { word: "Starting", shape: "◌", colour: "text-working" },
  working: { word: "Working", shape: "◐", colour: "text-working" },
  "needs-you": { word: "Needs you", shape: "◆", colour: "text-needs" },
  ready: { word: "Ready", shape: "○", colour: "text-faint" },
  "to-review": { word: "To review", shape: "◇", colour: "text-accent" },
  done: { word: "Done", shape: "●", colour: "text-done" },
  failed: { word: "Failed", shape: "✕", colour: "text-failed" },
  reconnecting: { word: "Reconnecting", shape: "↻", colour: "text-lost" },
  paused: { word: "Paused", shape: "‖", colour: "text-lost" },
};

export interface StateMarkProps {
  state: StateKind;
  /** Shows the word too; otherwise it is only read out. */
  isNamed?: boolean;
  word?: string;
  className?: string;
}

export function StateMark({ state, isNamed = false, word, className }: StateMarkProps) {
  const { shape, colour, word: usual } = states[state];
  return (
    <span className={clsx("inline-flex items-center gap-1.5 whitespace-nowrap", colour, className)}>
      <span
        aria-hidden
        className={clsx("inline-block w-3.5 text-center text-[13px] leading-none", state === "working" && "turning")}
      >
        {shape}
      </span>
      <span className={isNamed ? "text-sm" : "sr-only"}> {word ?? usual}</span>
    </span>
  );
}
