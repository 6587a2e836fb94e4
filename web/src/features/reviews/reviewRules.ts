import type { DiffFile, DiffHunk, ReviewComment, Turn } from "@/contracts/http";

/** A line as a diff shows it, with its numbers on both sides. */
export interface ShownLine {
  kind: "same" | "added" | "removed" | "note";
  text: string;
  old: number | null;
  new: number | null;
}

/** The lines of a hunk with their numbers; "\" says that the line before has no end. */
export function shownLines(hunk: DiffHunk): ShownLine[] {
  let old = hunk.oldStart;
  let fresh = hunk.newStart;
  return hunk.lines.map((line) => {
    const text = line.slice(1);
    switch (line[0]) {
      case "+":
        return { kind: "added", text, old: null, new: fresh++ };
      case "-":
        return { kind: "removed", text, old: old++, new: null };
      case "\\":
        return { kind: "note", text: text.trim(), old: null, new: null };
      default:
        return { kind: "same", text, old: old++, new: fresh++ };
    }
  });
}

export type Side = "old" | "new";

/** Where a comment on a line goes: what is there now, unless the line is gone. */
export function placeOf(line: ShownLine): { side: Side; line: number } | null {
  if (line.new !== null) return { side: "new", line: line.new };
  return line.old === null ? null : { side: "old", line: line.old };
}

/** Comments that stand below a line: those that end there. */
export function commentsAt(comments: readonly ReviewComment[], line: ShownLine): ReviewComment[] {
  return comments.filter((comment) =>
    comment.side === "old" ? line.old === comment.lastLine : line.new === comment.lastLine,
  );
}

/** Comments on lines that a file's diff does not show. */
export function commentsElsewhere(comments: readonly ReviewComment[], file: DiffFile): ReviewComment[] {
  const lines = file.hunks.flatMap(shownLines);
  return comments.filter((comment) => !lines.some((line) => commentsAt([comment], line).length > 0));
}

/** Whether the lines may be others than those the comment was written to. */
export function isOutdated(comment: ReviewComment, file: DiffFile | undefined): boolean {
  const now = comment.side === "old" ? file?.oldHash : file?.newHash;
  return (comment.fileHash ?? null) !== (now ?? null);
}

export const drafts = (comments: readonly ReviewComment[]) => comments.filter((comment) => comment.state === "draft");

/** Files by folder, in the order they come; a folder's name is told once. */
export function byFolder(files: readonly DiffFile[]): { folder: string; files: DiffFile[] }[] {
  const folders: { folder: string; files: DiffFile[] }[] = [];
  for (const file of files) {
    const folder = file.path.includes("/") ? file.path.slice(0, file.path.lastIndexOf("/")) : "";
    const last = folders.at(-1);
    if (last?.folder === folder) last.files.push(file);
    else folders.push({ folder, files: [file] });
  }
  return folders;
}

export const fileName = (path: string) => path.slice(path.lastIndexOf("/") + 1);

/** The file after or before another one; stays at the ends. */
export function neighbour(files: readonly DiffFile[], path: string | undefined, step: 1 | -1): DiffFile | undefined {
  const at = files.findIndex((file) => file.path === path);
  if (at < 0) return files[0];
  return files[Math.min(Math.max(at + step, 0), files.length - 1)];
}

/** Turns that the program was given, the oldest first. */
export function reviewableTurns(turns: Iterable<Turn>): Turn[] {
  return [...turns].filter((turn) => turn.dispatchedAt).toSorted((a, b) => a.position - b.position);
}
