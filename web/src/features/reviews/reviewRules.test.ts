import { expect, it } from "vitest";
import type { DiffFile, ReviewComment } from "@/contracts/http";
import { byFolder, commentsAt, commentsElsewhere, isOutdated, neighbour, placeOf, shownLines } from "./reviewRules";

const hunk = {
  oldStart: 10,
  oldLines: 3,
  newStart: 20,
  newLines: 3,
  heading: "",
  lines: [" same", "-was", "+is", " end", "\\ No newline at end of file"],
};

const file = (path: string, more: Partial<DiffFile> = {}): DiffFile => ({
  path,
  status: "modified",
  additions: 1,
  deletions: 1,
  binary: false,
  tooLarge: false,
  hash: "h",
  oldHash: "old",
  newHash: "new",
  viewed: false,
  hunks: [hunk],
  ...more,
});

const comment = (more: Partial<ReviewComment>): ReviewComment => ({
  id: "c",
  agentId: "a",
  path: "a.ts",
  side: "new",
  line: 21,
  lastLine: 21,
  fileHash: "new",
  quote: "is",
  body: "No.",
  state: "draft",
  createdBy: "u",
  createdAt: "",
  updatedAt: "",
  ...more,
});

it("numbers lines on both sides, and a missing line end has none", () => {
  expect(shownLines(hunk).map(({ kind, old, new: fresh }) => [kind, old, fresh])).toEqual([
    ["same", 10, 20],
    ["removed", 11, null],
    ["added", null, 21],
    ["same", 12, 22],
    ["note", null, null],
  ]);
});

it("comments go to what is there now, unless the line is gone", () => {
  expect(shownLines(hunk).map(placeOf)).toEqual([
    { side: "new", line: 20 },
    { side: "old", line: 11 },
    { side: "new", line: 21 },
    { side: "new", line: 22 },
    null,
  ]);
});

it("a comment stands below its last line; one whose line is not shown stands apart", () => {
  const onNew = comment({ line: 20, lastLine: 21 });
  const onOld = comment({ side: "old", line: 11, lastLine: 11 });
  const far = comment({ line: 90, lastLine: 90 });
  const lines = shownLines(hunk);
  expect(lines.map((line) => commentsAt([onNew, onOld, far], line).length)).toEqual([0, 1, 1, 0, 0]);
  expect(commentsElsewhere([onNew, onOld, far], file("a.ts"))).toEqual([far]);
});

it("a comment is outdated when its side of the file is another one", () => {
  expect(isOutdated(comment({}), file("a.ts"))).toBe(false);
  expect(isOutdated(comment({}), file("a.ts", { newHash: "newer" }))).toBe(true);
  expect(isOutdated(comment({ side: "old", fileHash: "old" }), file("a.ts", { newHash: "newer" }))).toBe(false);
  expect(isOutdated(comment({}), undefined)).toBe(true);
});

it("files are listed by folder, and keys go from one to the next", () => {
  const files = [file("README.md"), file("src/a.ts"), file("src/b.ts"), file("web/c.ts")];
  expect(byFolder(files).map(({ folder, files: inside }) => [folder, inside.length])).toEqual([
    ["", 1],
    ["src", 2],
    ["web", 1],
  ]);
  expect(neighbour(files, "src/a.ts", 1)?.path).toBe("src/b.ts");
  expect(neighbour(files, "README.md", -1)?.path).toBe("README.md");
  expect(neighbour(files, "web/c.ts", 1)?.path).toBe("web/c.ts");
  expect(neighbour(files, undefined, 1)?.path).toBe("README.md");
});
