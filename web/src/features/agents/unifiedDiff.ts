/** One line of a comparison; numbers are those of the old and the new text. */
export type DiffLine =
  | { kind: "same" | "added" | "removed"; text: string; old: number | null; new: number | null }
  | { kind: "gap"; lines: number };

const context = 3;

/** Beyond this many comparisons the middle is told as removed and added: exact enough to read, and done at once. */
const mostComparisons = 4_000_000;

/** What changed between two texts, line by line, with some lines around it. */
export function unifiedDiff(oldText: string | null, newText: string): DiffLine[] {
  const before = oldText === null || oldText === "" ? [] : lines(oldText);
  const after = newText === "" ? [] : lines(newText);
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  ) {
    end++;
  }
  const all: DiffLine[] = [];
  let oldNumber = 1;
  let newNumber = 1;
  const add = (kind: "same" | "added" | "removed", text: string) => {
    all.push({
      kind,
      text,
      old: kind === "added" ? null : oldNumber++,
      new: kind === "removed" ? null : newNumber++,
    });
  };
  for (const line of before.slice(0, start)) add("same", line);
  for (const step of middle(before.slice(start, before.length - end), after.slice(start, after.length - end))) {
    add(step.kind, step.text);
  }
  for (const line of before.slice(before.length - end)) add("same", line);
  return folded(all);
}

export function counts(diff: readonly DiffLine[]): { added: number; removed: number } {
  return {
    added: diff.filter((line) => line.kind === "added").length,
    removed: diff.filter((line) => line.kind === "removed").length,
  };
}

function lines(text: string): string[] {
  return text.replace(/\r?\n$/, "").split(/\r?\n/);
}

interface Step {
  kind: "same" | "added" | "removed";
  text: string;
}

/** The longest common lines stay, by dynamic programming. */
function middle(before: readonly string[], after: readonly string[]): Step[] {
  const steps: Step[] = [];
  if (before.length * after.length > mostComparisons) {
    for (const text of before) steps.push({ kind: "removed", text });
    for (const text of after) steps.push({ kind: "added", text });
    return steps;
  }
  const width = after.length + 1;
  const common = new Uint32Array((before.length + 1) * width);
  const at = (row: number, column: number) => common[row * width + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row--) {
    for (let column = after.length - 1; column >= 0; column--) {
      common[row * width + column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  let row = 0;
  let column = 0;
  while (row < before.length || column < after.length) {
    const old = before[row];
    const fresh = after[column];
    if (old !== undefined && old === fresh) {
      steps.push({ kind: "same", text: old });
      row++;
      column++;
    } else if (old !== undefined && (fresh === undefined || at(row + 1, column) >= at(row, column + 1))) {
      steps.push({ kind: "removed", text: old });
      row++;
    } else if (fresh !== undefined) {
      steps.push({ kind: "added", text: fresh });
      column++;
    }
  }
  return steps;
}

/** Leaves out what is the same and far from every change. */
function folded(all: readonly DiffLine[]): DiffLine[] {
  const isNear = new Uint8Array(all.length);
  for (const [index, line] of all.entries()) {
    if (line.kind === "same") continue;
    isNear.fill(1, Math.max(0, index - context), index + context + 1);
  }
  const shown: DiffLine[] = [];
  for (const [index, line] of all.entries()) {
    if (isNear[index] === 1) {
      shown.push(line);
      continue;
    }
    const last = shown.at(-1);
    if (last?.kind === "gap") shown[shown.length - 1] = { kind: "gap", lines: last.lines + 1 };
    else shown.push({ kind: "gap", lines: 1 });
  }
  return shown;
}
