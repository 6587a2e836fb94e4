import { reviewStrings as strings } from "./reviewStrings";

/** How many lines came and went. */
export function FileNumbers({ additions, deletions }: { additions: number; deletions: number }) {
  return (
    <span className="flex shrink-0 gap-1.5 font-mono text-xs tabular-nums">
      <span className="text-done">
        <span aria-hidden>+{additions}</span>
        <span className="sr-only">{strings.additions(additions)}</span>
      </span>
      <span className="text-failed">
        <span aria-hidden>−{deletions}</span>
        <span className="sr-only">{strings.deletions(deletions)}</span>
      </span>
    </span>
  );
}
