import { expect, it } from "vitest";
import { snippetParts } from "./snippetParts";

it("a snippet falls into what was looked for and what is around it", () => {
  const marks = [
    { start: 0, length: 3 },
    { start: 9, length: 4 },
  ];
  expect(snippetParts({ snippet: "The lost query", marks })).toEqual([
    { text: "The", isMarked: true },
    { text: " lost ", isMarked: false },
    { text: "quer", isMarked: true },
    { text: "y", isMarked: false },
  ]);
  expect(snippetParts({ snippet: "all", marks: [] })).toEqual([{ text: "all", isMarked: false }]);
});
