import { Terminal } from "@xterm/xterm";
import { describe, expect, it } from "vitest";
import { ScreenWriter, wholeCharacters } from "./screenWriter";

const bytes = (text: string) => new TextEncoder().encode(text);

function lines(terminal: Terminal): string[] {
  const { active } = terminal.buffer;
  const all = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? "");
  return all.slice(0, all.findLastIndex((line) => line !== "") + 1);
}

const written = (write: (done: () => void) => void) => new Promise<void>((done) => write(done));

describe("the screen", () => {
  it("shows characters that arrive in pieces, wherever they are cut", async () => {
    const text = "Zoë 李白 👩‍💻 à€\u{10000}";
    for (let cut = 1; cut < bytes(text).length; cut++) {
      const terminal = new Terminal({ allowProposedApi: true });
      const writer = new ScreenWriter(terminal);
      writer.output(bytes(text).subarray(0, cut), () => {});
      await written((done) => writer.output(bytes(text).subarray(cut), done));
      expect(lines(terminal)).toEqual([text]);
      terminal.dispose();
    }
  });

  it("holds nothing of what came before a snapshot, not even what was still to be parsed", async () => {
    const terminal = new Terminal({ allowProposedApi: true, cols: 20, rows: 5 });
    const writer = new ScreenWriter(terminal);
    writer.output(bytes(`${"old\r\n".repeat(2000)}\x1b[?1049h\x1b[31m\x1b[5;7r\x1b]2;half a title`), () => {});
    writer.output(bytes("李").subarray(0, 2), () => {});
    await written((done) => writer.snapshot({ cols: 30, rows: 4 }, "new\x1b[2;5H", done));
    await written((done) => writer.output(bytes("x"), done));
    expect([terminal.cols, terminal.rows, terminal.buffer.active.type]).toEqual([30, 4, "normal"]);
    expect(lines(terminal)).toEqual(["new", "    x"]);
    expect(terminal.buffer.active.getLine(1)?.getCell(4)?.isFgDefault()).toBe(true);
    terminal.dispose();
  });

  it("changes its size between the bytes where the worker's terminal did", async () => {
    const terminal = new Terminal({ allowProposedApi: true, cols: 10, rows: 5 });
    const writer = new ScreenWriter(terminal);
    writer.output(bytes("\x1b[1;99Ha"), () => {});
    writer.resize({ cols: 20, rows: 5 });
    await written((done) => writer.output(bytes("\x1b[2;99Hb"), done));
    expect(lines(terminal)).toEqual([`${" ".repeat(9)}a`, `${" ".repeat(19)}b`]);
    terminal.dispose();
  });
});

describe("whole characters", () => {
  it.each([
    ["all of ASCII", [0x61, 0x62], 2],
    ["one that is cut in the middle", [0x61, 0xe6, 0x9d], 1],
    ["four bytes without the last", [0xf0, 0x90, 0x80], 0],
    ["a whole one", [0xe6, 0x9d, 0x8e], 3],
    ["bytes that begin nothing", [0x80, 0x80, 0x80, 0x80], 4],
  ])("%s", (_, given, whole) => {
    expect(wholeCharacters(new Uint8Array(given))).toBe(whole);
  });
});
