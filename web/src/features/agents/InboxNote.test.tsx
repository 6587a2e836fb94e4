import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Tooltip } from "radix-ui";
import { expect, it, vi } from "vitest";
import type { InboxItem } from "@/contracts/http";
import { InboxNote } from "./InboxNote";

const item: InboxItem = {
  id: "inb_1",
  kind: "budget",
  state: "open",
  title: "100 tokens are used up.",
  createdAt: "2026-01-01T00:00:00Z",
  agent: {
    id: "a",
    taskRequest: "Do it",
    status: "active",
    activity: "needs-you",
    doing: "waiting",
    agentProgramId: "claude",
    userId: "u",
    role: "owner",
    openRequests: 0,
    queuedTurns: 0,
    createdAt: "2026-01-01T00:00:00Z",
  },
};

function show(shown: Partial<InboxItem>) {
  const onAnswer = vi.fn(async () => true);
  const onDismiss = vi.fn(async () => true);
  render(
    <Tooltip.Provider>
      <InboxNote item={{ ...item, ...shown }} who="Claude Code" onAnswer={onAnswer} onDismiss={onDismiss} />
    </Tooltip.Provider>,
  );
  return { onAnswer, onDismiss };
}

it("a used-up budget is given as much again, or not", async () => {
  const { onAnswer } = show({});

  await userEvent.click(screen.getByRole("button", { name: "Go on with as much again" }));

  expect(onAnswer).toHaveBeenCalledWith({ action: "continue" });
  expect(screen.queryByRole("button", { name: "Dismiss" })).toBeNull();
});

it("what failed says why, and is tried again or set aside", async () => {
  const { onAnswer, onDismiss } = show({ kind: "failed", title: "Do it", summary: "No more." });

  expect(screen.getByText("No more.")).toBeDefined();
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(onAnswer).toHaveBeenCalledWith({ action: "retry" });
  expect(onDismiss).not.toHaveBeenCalled();
});

it("what is finished is set aside", async () => {
  const { onDismiss } = show({ kind: "finished", title: "Do it" });

  await userEvent.click(screen.getByRole("button", { name: "Dismiss" }));

  expect(onDismiss).toHaveBeenCalled();
});

it("somebody who may only look is offered nothing", () => {
  show({ agent: { ...item.agent, role: "viewer" } });

  expect(screen.queryAllByRole("button")).toEqual([]);
});
