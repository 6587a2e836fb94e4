import { describe, expect, it } from "vitest";
import { counts, type DiffLine, unifiedDiff } from "./unifiedDiff";

function written(diff: readonly DiffLine[]): string[] {
  const signs = { same: " ", added: "+", removed: "-" };
  return diff.map((line) => (line.kind === "gap" ? `@${line.lines}` : `${signs[line.kind]}${line.text}`));
}

describe("a comparison", () => {
  it("shows what changed with lines around it", () => {
    const old = Array.from({ length: 12 }, (_, index) => `line ${index + 1}`);
    const changed = old.with(5, "another");

    expect(written(unifiedDiff(old.join("\n"), changed.join("\n")))).toEqual([
      "@2",
      " line 3",
      " line 4",
      " line 5",
      "-line 6",
      "+another",
      " line 7",
      " line 8",
      " line 9",
      "@3",
    ]);
  });

  it("of a new file is all added", () => {
    expect(written(unifiedDiff(null, "a\nb\n"))).toEqual(["+a", "+b"]);
  });

  it("of an emptied file is all removed", () => {
    expect(written(unifiedDiff("a\nb", ""))).toEqual(["-a", "-b"]);
  });

  it("keeps lines that only moved apart", () => {
    expect(written(unifiedDiff("a\nb\nc", "a\nx\nb\ny\nc"))).toEqual([" a", "+x", " b", "+y", " c"]);
  });

  it("numbers lines as they are in the old and in the new text", () => {
    expect(unifiedDiff("a\nb", "b")).toEqual([
      { kind: "removed", text: "a", old: 1, new: null },
      { kind: "same", text: "b", old: 2, new: 1 },
    ]);
  });

  it("counts what came and went", () => {
    expect(counts(unifiedDiff("a\nb", "b\nc\nd"))).toEqual({ added: 2, removed: 1 });
  });

  it("of texts that are huge and different is done at once", () => {
    const big = (word: string) => Array.from({ length: 5000 }, (_, index) => `${word} ${index}`).join("\n");

    expect(counts(unifiedDiff(big("old"), big("new")))).toEqual({ added: 5000, removed: 5000 });
  });
});
