import { describe, expect, it } from "vitest";
import { commandOf, readable, toolLine } from "./toolCalls";

describe("a tool call in one line", () => {
  it("says the exact command", () => {
    const call = { kind: "execute", title: "Run tests", rawInput: { command: ["npm", "test", "--", "a b"] } } as const;

    expect(toolLine(call)).toMatchObject({ verb: "Run", object: "npm test -- 'a b'", isCode: true });
  });

  it("says the file as seen from the agent's folder, and how much of it changed", () => {
    const line = toolLine(
      {
        kind: "edit",
        status: "completed",
        content: [{ type: "diff", path: "/w/1/src/a.ts", oldText: "a\nb", newText: "a\nc\nd" }],
      },
      "/w/1",
    );

    expect(line).toMatchObject({ verb: "Change", object: "src/a.ts", result: "+2 −1" });
  });

  it("says how many files there are besides the first", () => {
    expect(toolLine({ kind: "read", locations: [{ path: "/a" }, { path: "/b" }, { path: "/a" }] }).object).toBe(
      "/a +1",
    );
  });

  it("says with which code a command ended, or how much it printed", () => {
    const content = [{ type: "content", content: { type: "text", text: "one\ntwo\n" } }] as const;

    expect(toolLine({ kind: "execute", status: "completed", content: [...content] }).result).toBe("2 lines");
    expect(toolLine({ kind: "execute", status: "failed", rawOutput: { exitCode: 2 } }).result).toBe("code 2");
  });

  it("is the program's own title where nothing better is known", () => {
    expect(toolLine({ title: "Ask the oracle" })).toMatchObject({
      verb: "Use",
      object: "Ask the oracle",
      isCode: false,
    });
    expect(toolLine(JSON.parse('{"kind":"dream","title":"x"}')).kind).toBe("other");
    expect(toolLine({}).object).toBe("a tool");
  });
});

it("a command may be text or words, under any of its names", () => {
  expect(commandOf({ rawInput: { cmd: "ls -la" } })).toBe("ls -la");
  expect(commandOf({ rawInput: { command: ["echo", "it's"] } })).toBe(`echo 'it'\\''s'`);
  expect(commandOf({ rawInput: { path: "x" } })).toBeNull();
});

it("input and output are shown as text, or as JSON when there is something in it", () => {
  expect(readable("plain")).toBe("plain");
  expect(readable({ a: 1 })).toBe('{\n  "a": 1\n}');
  expect(readable({})).toBeNull();
  expect(readable(undefined)).toBeNull();
});
