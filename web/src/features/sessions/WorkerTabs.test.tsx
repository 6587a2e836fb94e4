import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Tooltip } from "radix-ui";
import { expect, it, vi } from "vitest";
import type { Worker } from "@/contracts/http";
import { WorkerTabs, type WorkerTabsProps } from "./WorkerTabs";

const workers: Worker[] = ["agent", "shell", "logs"].map((name) => ({
  id: name,
  name,
  type: name === "agent" ? "agent" : "terminal",
  status: "running",
  epoch: 1,
  activityState: name === "agent" ? "asking" : null,
  createdAt: "2026-01-01T00:00:00Z",
}));

function show(props: Partial<WorkerTabsProps> = {}) {
  const calls = {
    onOpen: vi.fn(),
    onAdd: vi.fn(),
    onRename: vi.fn(),
    onClose: vi.fn(),
    onRestart: vi.fn(),
    onMove: vi.fn(),
  };
  render(
    <Tooltip.Provider>
      <WorkerTabs workers={workers} programs={[]} current="shell" canEdit panelId="panel" {...calls} {...props} />
    </Tooltip.Provider>,
  );
  return calls;
}

it("says which worker needs somebody", () => {
  show();

  expect(screen.getByRole("tab", { name: /agent.*Needs you/ })).toBeDefined();
});

it("changes tabs by arrows, around the ends", async () => {
  const { onOpen } = show();
  screen.getByRole("tab", { name: /shell/ }).focus();
  await userEvent.keyboard("{ArrowRight}");
  await userEvent.keyboard("{ArrowRight}");

  expect(onOpen.mock.calls).toEqual([["logs"], ["agent"]]);
});

it("moves a tab by Alt and arrows", async () => {
  const { onMove } = show();
  screen.getByRole("tab", { name: /shell/ }).focus();
  await userEvent.keyboard("{Alt>}{ArrowLeft}{/Alt}");

  expect(onMove.mock.calls[0]?.[1].map((worker: Worker) => worker.id)).toEqual(["shell", "agent", "logs"]);
});

it("does not move a tab past the end", async () => {
  const { onMove } = show({ current: "agent" });
  screen.getByRole("tab", { name: /agent/ }).focus();
  await userEvent.keyboard("{Alt>}{ArrowLeft}{/Alt}");

  expect(onMove).not.toHaveBeenCalled();
});

it("asks before it closes a worker", async () => {
  const { onClose } = show();
  screen.getByRole("tab", { name: /shell/ }).focus();
  await userEvent.keyboard("{Delete}");
  expect(onClose).not.toHaveBeenCalled();

  await userEvent.click(screen.getByRole("button", { name: "Close worker" }));
  expect(onClose).toHaveBeenCalledWith(workers[1]);
});

it("renames by F2", async () => {
  const { onRename } = show();
  screen.getByRole("tab", { name: /shell/ }).focus();
  await userEvent.keyboard("{F2}");
  await userEvent.clear(screen.getByRole("textbox", { name: "Name" }));
  await userEvent.type(screen.getByRole("textbox", { name: "Name" }), "tests{Enter}");

  expect(onRename).toHaveBeenCalledWith(workers[1], "tests");
});

it("offers no changes to who may only watch", () => {
  show({ canEdit: false });

  expect(screen.queryByRole("button")).toBeNull();
});
