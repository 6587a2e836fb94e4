import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import type { DiffFile, WorkDiff } from "@/contracts/http";
import { ReviewView, type ReviewViewProps } from "./ReviewView";

const changed: DiffFile = {
  path: "src/a.ts",
  status: "modified",
  additions: 1,
  deletions: 1,
  binary: false,
  tooLarge: false,
  hash: "h1",
  oldHash: "old",
  newHash: "new",
  viewed: false,
  hunks: [{ oldStart: 1, oldLines: 2, newStart: 1, newLines: 2, heading: "", lines: [" one", "-two", "+three"] }],
};

const diff: WorkDiff = {
  from: "a",
  to: "b",
  fileCount: 2,
  additions: 1,
  deletions: 1,
  leftOut: 0,
  files: [changed, { ...changed, path: "image.png", binary: true, hunks: [], hash: "h2" }],
};

function show(more: Partial<ReviewViewProps> = {}) {
  const props: ReviewViewProps = {
    diff,
    comments: [],
    canSteer: true,
    file: undefined,
    nameOf: () => "Ada",
    onOpen: vi.fn(),
    onComment: vi.fn(async () => true),
    onResolve: vi.fn(),
    onRemove: vi.fn(),
    onViewed: vi.fn(),
    onShowAll: vi.fn(async () => {}),
    ...more,
  };
  render(<ReviewView {...props} />);
  return props;
}

it("a comment is written to a line and told with its place", async () => {
  const user = userEvent.setup();
  const { onComment } = show();

  await user.click(screen.getByRole("button", { name: "Comment on line 2 as it was before" }));
  await user.type(screen.getByRole("textbox", { name: "Comment on src/a.ts:2" }), "Why?");
  await user.click(screen.getByRole("button", { name: "Add comment" }));

  expect(onComment).toHaveBeenCalledWith({ path: "src/a.ts", side: "old", line: 2 }, "Why?");
  expect(screen.queryByRole("textbox")).toBeNull();
});

it("what was typed stays when the comment was not kept", async () => {
  const user = userEvent.setup();
  show({ onComment: async () => false });

  await user.click(screen.getByRole("button", { name: "Comment on line 2" }));
  await user.type(screen.getByRole("textbox"), "Why?");
  await user.click(screen.getByRole("button", { name: "Add comment" }));

  expect(screen.getByRole("textbox")).toHaveProperty("value", "Why?");
});

it("a file that was looked at is marked with the difference, and folded", async () => {
  const user = userEvent.setup();
  const { onViewed } = show();

  await user.click(screen.getByRole("checkbox", { name: "Viewed src/a.ts" }));

  expect(onViewed).toHaveBeenCalledWith(changed, true);
  show({ diff: { ...diff, files: [{ ...changed, path: "b.ts", viewed: true }] } });
  expect(within(screen.getByRole("region", { name: "b.ts" })).queryByRole("table")).toBeNull();
});

it("who only watches finds no place to comment, and what is no text is said to be none", () => {
  show({ canSteer: false });

  expect(screen.queryByRole("button", { name: /Comment on/ })).toBeNull();
  expect(within(screen.getByRole("region", { name: "image.png" })).getByText(/Not text/)).toBeTruthy();
});
