// Plays a recording into the terminal emulator of the page and writes what stood on the screen, every 50 ms in which it changed.
// Usage: node screens.mjs FILE.cast.gz...
import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import headless from "@xterm/headless";

for (const file of process.argv.slice(2)) {
  const [header, ...events] = gunzipSync(readFileSync(file)).toString().trim().split("\n").map((line) => JSON.parse(line));
  const terminal = new headless.Terminal({ cols: header.width, rows: header.height, allowProposedApi: true });
  const write = (text) => new Promise((resolve) => terminal.write(text, resolve));
  const lines = [{ columns: header.width, rows: header.height }];
  let before = [];
  let hasOutput = false;
  let title = "";
  terminal.onTitleChange((now) => (title = now));

  const look = (time) => {
    if (!hasOutput) return;
    hasOutput = false;
    const buffer = terminal.buffer.active;
    const now = Array.from({ length: terminal.rows }, (_, row) =>
      buffer.getLine(buffer.baseY + row)?.translateToString(true) ?? "");
    const changed = {};
    for (const [row, text] of now.entries()) if (before[row] !== text) changed[row] = text;
    // A line without rows: output came, the text stayed.
    lines.push([time, "s", changed, title]);
    before = now;
  };

  let next = 0;
  for (const [time, kind, data] of events) {
    if (kind !== "o" || time >= next) look(Math.min(next, time));
    if (kind === "o") {
      if (!hasOutput) next = Math.floor(time * 20 + 1) / 20;
      await write(data);
      hasOutput = true;
    } else if (kind === "r") {
      const [columns, rows] = data.split("x").map(Number);
      terminal.resize(columns, rows);
      before = [];
      lines.push([time, "r", columns, rows]);
    } else lines.push([time, "i", data]);
  }
  look(next);
  writeFileSync(file.replace(".cast.gz", ".screens.gz"), gzipSync(lines.map((line) => JSON.stringify(line)).join("\n") + "\n", { level: 9 }));
}
