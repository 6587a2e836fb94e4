// What is measured, on any system of systems.mjs. Times are in milliseconds, sizes in bytes, CPU in seconds.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, createWriteStream } from "node:fs";
import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";

const ticksPerSecond = 100;
const floodFile = "/tmp/atelier-benchmark-flood.txt";
export const floodBytes = 100 * 1024 * 1024;

/** 100 MB of text in lines of 76 characters, made once. */
export async function makeFlood() {
  if (existsSync(floodFile)) return;
  const out = createWriteStream(floodFile);
  const block = randomBytes(57 * 4096).toString("base64").replace(/(.{76})/g, "$1\n");
  for (let written = 0; written < floodBytes; written += block.length) {
    const part = block.slice(0, Math.min(block.length, floodBytes - written));
    if (!out.write(part)) await new Promise((resolve) => out.once("drain", resolve));
  }
  await new Promise((resolve) => out.end(resolve));
}

/** User and system CPU of the processes, in seconds. */
export function cpu(pids) {
  return pids.reduce((sum, pid) => {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
      return sum + (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
    } catch {
      return sum;
    }
  }, 0);
}

const rollup = (pid, names) => {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    return names.reduce((sum, name) => sum + Number(text.match(new RegExp(`^${name}: +(\\d+)`, "m"))[1]) * 1024, 0);
  } catch {
    return 0;
  }
};

/** Proportional set size of the processes, in bytes. */
export const pss = (pids) => pids.reduce((sum, pid) => sum + rollup(pid, ["Pss"]), 0);

/** Resident size of the processes, in bytes. */
export const rss = (pids) => pids.reduce((sum, pid) => sum + rollup(pid, ["Rss"]), 0);

/** Memory that would be freed if the processes ended, in bytes. */
export const privateBytes = (pids) =>
  pids.reduce((sum, pid) => sum + rollup(pid, ["Private_Clean", "Private_Dirty"]), 0);

/** Resolves when the terminal has printed the text; looks across frame borders. */
export function printed(terminal, text) {
  const wanted = Buffer.from(text);
  let tail = Buffer.alloc(0);
  let received = 0;
  return new Promise((resolve) => {
    terminal.onBytes = (bytes) => {
      received += bytes.length;
      const window = Buffer.concat([tail, bytes]);
      if (window.includes(wanted)) {
        terminal.onBytes = () => {};
        resolve(received);
        return;
      }
      tail = Buffer.from(window.subarray(Math.max(0, window.length - wanted.length)));
    };
  });
}

async function settled(terminal) {
  const ready = printed(terminal, "SETTLED-42");
  terminal.send("PS1='$ '; printf 'SETTLED-%d\\n' 42\r");
  await ready;
}

/** `cat` of 100 MB to one client: rate in MB/s and CPU seconds of all the system's processes. */
export async function throughput(system) {
  const terminal = await system.open();
  await settled(terminal);
  const pids = system.pids();
  const before = cpu(pids);
  const start = performance.now();
  const done = printed(terminal, "DONE-42");
  terminal.send(`cat ${floodFile}; printf 'DONE-%d\\n' 42\r`);
  const received = await done;
  const seconds = (performance.now() - start) / 1000;
  const used = cpu(pids) - before;
  terminal.close();
  await terminal.remove?.();
  return { megabytesPerSecond: received / 1e6 / seconds, cpuSeconds: used };
}

const percentile = (sorted, p) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))];

/** Key to echo through the terminal driver, `keys` times; the program reads and drops them. */
export async function echo(system, { keys = 400, beside = false } = {}) {
  const terminal = await system.open();
  await settled(terminal);
  const flood = beside ? await floodNextDoor(system) : null;
  terminal.send("stty -icanon; exec cat >/dev/null\r");
  await wait(300);
  const times = [];
  for (let key = 0; key < keys; key++) {
    const back = new Promise((resolve) => {
      terminal.onBytes = resolve;
    });
    const start = performance.now();
    terminal.send("x");
    await back;
    times.push(performance.now() - start);
    await wait(3);
  }
  terminal.close();
  await flood?.stop();
  await terminal.remove?.();
  times.sort((a, b) => a - b);
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}

/** Another terminal of the same system that prints without end, read by a client in a process of its own. */
async function floodNextDoor(system) {
  const child = spawn(
    process.execPath,
    [new URL("./flood.mjs", import.meta.url).pathname, JSON.stringify(system.describe())],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  await new Promise((resolve) => child.stdout.once("data", resolve));
  return {
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.stdin.end();
      await ended;
    },
  };
}

/** A client that stops reading for five seconds of flood: memory it costs, and how long until it is current again. */
export async function slowClient(system) {
  const terminal = await system.open({ lag: "screen" });
  await settled(terminal);
  const pids = system.pids();
  const before = rss(pids);
  terminal.send(
    "python3 -uc 'import time,sys\nwhile True: sys.stdout.write((str(time.time_ns()//1000)+\" \"+\"y\"*60+chr(10))*200)'\r",
  );
  await printed(terminal, "yyyyyyyyyy");
  terminal.socket.pause();
  let grown = 0;
  for (let tick = 0; tick < 50; tick++) {
    await wait(100);
    grown = Math.max(grown, rss(pids) - before);
  }
  const start = performance.now();
  const current = new Promise((resolve) => {
    terminal.onBytes = (bytes) => {
      const stamps = bytes.subarray(-4096).toString("latin1").match(/\d{16}(?= y)/g);
      if (stamps && Date.now() - Number(stamps.at(-1)) / 1000 < 100) resolve(performance.now() - start);
    };
  });
  terminal.socket.resume();
  const behind = await Promise.race([current, wait(20000, Number.NaN)]);
  terminal.onBytes = () => {};
  terminal.send("\u0003");
  await wait(200);
  terminal.close();
  await terminal.remove?.();
  return { grownBytes: grown, currentAfter: behind };
}

/** Twenty idle shells: memory of the system's processes for each of them, shells not counted. */
export async function idle(system, { count = 20 } = {}) {
  const before = new Set(system.pids());
  const startPss = pss([...before]);
  const terminals = [];
  for (let at = 0; at < count; at++) {
    const terminal = await system.open();
    await settled(terminal);
    terminals.push(terminal);
  }
  await wait(1000);
  const pids = system.pids();
  const added = pids.filter((pid) => !before.has(pid));
  const result = {
    pssPerTerminal: (pss(pids) - startPss) / count,
    keeperPrivate: added.length > 0 ? privateBytes(added) / added.length : 0,
  };
  const cpuBefore = cpu(pids);
  await wait(4000);
  result.idleCpuPercent = ((cpu(pids) - cpuBefore) / 4) * 100;
  for (const terminal of terminals) {
    terminal.close();
    await terminal.remove?.();
  }
  return result;
}
