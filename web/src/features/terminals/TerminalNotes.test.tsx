import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Worker } from "@/contracts/http";
import { TerminalNotes } from "./TerminalNotes";
import { freshTerminal, type TerminalView } from "./terminalView";

const agent: Worker = {
  id: "w",
  type: "agent",
  name: "Agent",
  status: "running",
  epoch: 1,
  createdAt: "2026-01-01T00:00:00Z",
};

function show(view: Partial<TerminalView>, worker: Partial<Worker> = {}, canRestart = true) {
  render(
    <TerminalNotes
      view={{ ...freshTerminal, link: { kind: "live" }, ...view }}
      worker={{ ...agent, ...worker }}
      canRestart={canRestart}
      onRestart={() => {}}
      onRetry={() => {}}
      onDismiss={() => {}}
    />,
  );
}

describe("above a terminal", () => {
  it("nothing is said while all is well", () => {
    show({});

    expect(screen.queryByRole("status")).toBeNull();
  });

  it("a lost worker is said to be lost, and can be started again", () => {
    show({}, { status: "lost" });

    expect(screen.getByRole("alert").textContent).toContain("This worker was lost");
    expect(screen.getByRole("button", { name: "Go on" })).toBeDefined();
  });

  it("an ended one says how, and offers nothing to who may only watch", () => {
    show({ exit: { exitCode: null, signal: "KILL" } }, {}, false);

    expect(screen.getByText("Ended by SIGKILL")).toBeDefined();
    expect(screen.queryByRole("button")).toBeNull();
  });

  it("input that a restart swallowed is counted", () => {
    show({ notes: [{ id: 1, note: { kind: "dropped", characters: 1, why: "restarted" } }] });

    expect(screen.getByText(/^1 character typed before the restart/)).toBeDefined();
  });

  it("somebody else's size is named with whose it is", () => {
    show({
      size: { cols: 72, rows: 20 },
      fits: { cols: 120, rows: 40 },
      viewers: [
        { client: "a", userId: "1", name: "Grace", cols: 72, rows: 20 },
        { client: "b", userId: "2", name: "Ada", cols: 120, rows: 40 },
      ],
    });

    expect(screen.getByText(/72 × 20, the size of Grace’s window/)).toBeDefined();
  });
});
