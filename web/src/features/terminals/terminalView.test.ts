import { describe, expect, it } from "vitest";
import type { WorkerSocketEvent } from "@/lib/workerSocket";
import { afterSocketEvent, freshTerminal, isLeading, withoutNote } from "./terminalView";

function viewAfter(...events: WorkerSocketEvent[]) {
  return events.reduce(afterSocketEvent, freshTerminal);
}

const ada = { client: "a", userId: "1", name: "Ada", cols: 80, rows: 24 };
const bob = { client: "b", userId: "2", name: "Bob", cols: 120, rows: 40 };

describe("around a terminal", () => {
  it("an exit stays until the worker is started again", () => {
    const ended = viewAfter({ kind: "exit", exitCode: 1, signal: null });

    expect(ended.exit).toEqual({ exitCode: 1, signal: null });
    expect(afterSocketEvent(ended, { kind: "epoch", epoch: 2 }).exit).toBeNull();
  });

  it("nobody is shown as watching while there is no connection", () => {
    const lost = viewAfter({ kind: "viewers", viewers: [ada] }, { kind: "link", link: { kind: "offline", since: 1 } });

    expect(lost.viewers).toEqual([]);
  });

  it("output means that an offline host is back", () => {
    const back = viewAfter(
      { kind: "trouble", code: "host-offline", message: "" },
      { kind: "output", bytes: new Uint8Array(1), processed: () => {} },
    );

    expect(back.trouble).toBeNull();
  });

  it("the last three notes are kept and can be dismissed", () => {
    const view = viewAfter(...Array.from({ length: 5 }, () => ({ kind: "gap", from: 0, to: 1 }) as const));

    expect(view.notes.map((note) => note.id)).toEqual([3, 4, 5]);
    expect(withoutNote(view, 4).notes.map((note) => note.id)).toEqual([3, 5]);
  });
});

describe("who leads", () => {
  const both = viewAfter({ kind: "viewers", viewers: [ada, bob] });

  it("is whoever is alone", () => {
    expect(isLeading(viewAfter({ kind: "viewers", viewers: [bob] }), "b", "nobody")).toBe(true);
  });

  it("is whoever came first until somebody types", () => {
    expect(isLeading(both, "a", "nobody")).toBe(true);
    expect(isLeading(both, "b", "nobody")).toBe(false);
    expect(isLeading(both, "b", "me")).toBe(true);
    expect(isLeading(both, "a", "other")).toBe(false);
  });
});
