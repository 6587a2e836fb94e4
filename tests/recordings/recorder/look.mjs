// Shows a recording's screen inside each labelled interval, to check the labels. Usage: node look.mjs FILE.cast.gz [LINES]
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import headless from "@xterm/headless";

const file = process.argv[2];
const lines = Number(process.argv[3] ?? 10);
const [header, ...events] = gunzipSync(readFileSync(file)).toString().trim().split("\n").map((line) => JSON.parse(line));
const { intervals } = JSON.parse(readFileSync(file.replace(".cast.gz", ".labels.json")));
const terminal = new headless.Terminal({ cols: header.width, rows: header.height, allowProposedApi: true });
const write = (text) => new Promise((resolve) => terminal.write(text, resolve));
let at = 0;

async function show(time, title) {
  for (; at < events.length && events[at][0] <= time; at++) {
    const [, kind, data] = events[at];
    if (kind === "o") await write(data);
    if (kind === "r") terminal.resize(...data.split("x").map(Number));
  }

  const buffer = terminal.buffer.active;
  const text = Array.from({ length: terminal.rows }, (_, row) =>
    buffer.getLine(buffer.baseY + row)?.translateToString(true) ?? "").filter((line) => line.trim() !== "");
  console.log(`---- ${time.toFixed(1)} ${title}\n${text.slice(-lines).join("\n")}`);
}

for (const { state, from, to } of intervals) {
  await show(Math.min(from + 1, (from + to) / 2), `${state}, just begun`);
  await show(Math.max(to - 0.2, (from + to) / 2), `${state}, about to end`);
}
