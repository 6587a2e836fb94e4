import { createStore } from "@/lib/store";
import type { TerminalView } from "./terminalView";

const views = createStore<Readonly<Record<string, TerminalView>>>({});

/** What the open terminals report to the rest of the page: their line, who else is there, what is not sent. */
export const workerLinks = {
  views,
  report(workerId: string, view: TerminalView): void {
    views.set({ ...views.get(), [workerId]: view });
  },
  forget(workerId: string): void {
    const { [workerId]: _, ...others } = views.get();
    views.set(others);
  },
};
