import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import type { Session } from "@/contracts/http";
import { ProblemError } from "@/lib/api";
import { DeleteSessionView } from "./DeleteSessionDialog";
import { lossOf } from "./wouldLose";

const session: Session = {
  id: "ses_1",
  type: "worktree",
  branch: "fix/login",
  locationPath: "/srv",
  status: "active",
  hostId: "h",
  createdBy: "ada",
  createdAt: "2026-01-01T00:00:00Z",
  workers: [
    { id: "w", type: "terminal", name: "shell", status: "running", epoch: 1, createdAt: "2026-01-01T00:00:00Z" },
  ],
};

it("names what would be lost and offers to keep it first", async () => {
  const onRemove = vi.fn();
  render(
    <DeleteSessionView
      session={session}
      wouldLose={{ uncommittedFiles: 3, unpushedCommits: 1 }}
      trouble={undefined}
      isBusy={false}
      onClose={() => {}}
      onRemove={onRemove}
    />,
  );

  expect(screen.getByText("3 uncommitted files, 1 unpushed commit")).toBeDefined();
  await userEvent.click(screen.getByRole("button", { name: "Delete session, keep worktree" }));
  await userEvent.click(screen.getByRole("button", { name: "Delete and discard the work" }));
  expect(onRemove.mock.calls).toEqual([[{ keepWorktree: true }], [{ discardWork: true }]]);
});

it("says how many workers end", () => {
  render(
    <DeleteSessionView
      session={session}
      wouldLose={null}
      trouble={undefined}
      isBusy={false}
      onClose={() => {}}
      onRemove={() => {}}
    />,
  );

  expect(screen.getByText(/^1 worker and everything it started will end/)).toBeDefined();
});

it("reads the counts out of the refusal, and takes no other refusal for it", () => {
  const refused = new ProblemError(409, {
    type: "/problems/work-would-be-lost",
    uncommittedFiles: 2,
    unpushedCommits: 0,
  });

  expect(lossOf(refused)).toEqual({ uncommittedFiles: 2, unpushedCommits: 0 });
  expect(lossOf(new ProblemError(409, { type: "/problems/other" }))).toBeNull();
  expect(lossOf(new Error("offline"))).toBeNull();
});
