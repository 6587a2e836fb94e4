import clsx from "clsx";
import type { PlanEntry } from "@/contracts/agentEvents";
import { agentStrings as strings } from "./strings";

const shapes = { pending: "○", in_progress: "◐", completed: "●" } as const;

export function planDone(entries: readonly PlanEntry[]): number {
  return entries.filter((entry) => entry.status === "completed").length;
}

/** What an agent means to do, and how far it is. */
export function PlanEntries({ entries }: { entries: readonly PlanEntry[] }) {
  return (
    <ol className="flex flex-col gap-0.5 text-sm">
      {entries.map((entry, index) => {
        const status = entry.status ?? "pending";
        return (
          <li
            // The plan is told as a whole each time; a place in it is all there is.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            key={index}
            className="flex gap-2"
          >
            <span
              aria-hidden
              className={clsx(
                "shrink-0",
                status === "completed" ? "text-done" : status === "in_progress" ? "text-working" : "text-faint",
              )}
            >
              {shapes[status]}
            </span>
            <span className={clsx("min-w-0 break-words", status === "completed" && "text-faint")}>
              {entry.content}
              <span className="sr-only">, {strings.planStates[status]}</span>
            </span>
          </li>
        );
      })}
    </ol>
  );
}
