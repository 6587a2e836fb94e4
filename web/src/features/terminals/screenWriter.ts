import type { Terminal } from "@xterm/xterm";

export interface Size {
  cols: number;
  rows: number;
}

/** Ends whatever sequence is under way (CAN), then resets the terminal (RIS) and what RIS leaves: the mode of line feeds and the palette. */
const blank = "\x18\x1bc\x1b[20l\x1b]104\x07\x1b]110\x07\x1b]111\x07\x1b]112\x07";

/**
 * Brings a worker's stream to an xterm in its order. xterm parses later than it is written to, so sizes go through its queue as well, and a snapshot never
 * meets what came before it. It also gets whole characters only: xterm.js loses one that is cut in two (docs/decisions/0001-own-terminal-emulator.md).
 */
export class ScreenWriter {
  private readonly terminal: Terminal;
  private unfinished: Uint8Array = new Uint8Array();

  constructor(terminal: Terminal) {
    this.terminal = terminal;
  }

  output(bytes: Uint8Array, processed: () => void): void {
    const all = joined(this.unfinished, bytes);
    const end = wholeCharacters(all);
    this.unfinished = all.slice(end);
    this.terminal.write(all.subarray(0, end), processed);
  }

  snapshot(size: Size, text: string, processed: () => void): void {
    this.unfinished = new Uint8Array();
    this.terminal.write(blank);
    this.resize(size);
    this.terminal.write(text, processed);
  }

  /** Bytes are missing here; the rest of a character that began before is not to be had. */
  gap(): void {
    this.unfinished = new Uint8Array();
  }

  resize({ cols, rows }: Size): void {
    this.terminal.write("", () => {
      if (cols !== this.terminal.cols || rows !== this.terminal.rows) this.terminal.resize(cols, rows);
    });
  }
}

/** How many bytes from the start are whole characters of UTF-8, or broken for good. */
export function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const needed = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return back < needed ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function joined(before: Uint8Array, after: Uint8Array): Uint8Array {
  if (before.length === 0) return after;
  const all = new Uint8Array(before.length + after.length);
  all.set(before);
  all.set(after, before.length);
  return all;
}
