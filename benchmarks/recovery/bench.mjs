// How long many watched terminals are away when the server is killed: `./dev bench recovery`, or
//   node bench.mjs --data <data folder of a running Atelier> [--terminals 200] [--rounds 5] [--out results.md]
import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { setTimeout as wait } from "node:timers/promises";

const WebSocket = createRequire(new URL("../peers/", import.meta.url))("ws");
const { values } = parseArgs({
  options: {
    data: { type: "string" },
    terminals: { type: "string", default: "200" },
    rounds: { type: "string", default: "5" },
    out: { type: "string" },
  },
});
const launcher = new URL("../../atelier", import.meta.url).pathname;
const status = () => JSON.parse(execFileSync(launcher, ["status", "--json", "--data", values.data]).toString());
const { address, tokenFile } = status();
const token = readFileSync(tokenFile, "utf8").trim();
const count = Number(values.terminals);

async function call(method, path, body) {
  const answer = await fetch(address + path, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? null : answer.json();
}

/** A client that stays on one worker: it dials again from where it was, and tells when it has the output up to an offset. */
class Watcher {
  constructor(session, worker) {
    Object.assign(this, { session, worker, client: randomUUID(), offset: 0, wrong: 0, attached: 0, seq: 0 });
    this.waiting = [];
    this.dial();
  }

  dial() {
    const place = `${address.replace("http", "ws")}/ws/session/${this.session}/worker/${this.worker}`;
    this.socket = new WebSocket(`${place}?from=${this.offset}&lag=all&client=${this.client}`, {
      headers: { authorization: `Bearer ${token}` },
      perMessageDeflate: false,
    });
    this.socket.on("message", (data, isBinary) => (isBinary ? this.take(data) : this.hear(JSON.parse(data.toString()))));
    this.socket.on("error", () => {});
    this.socket.on("close", () => setTimeout(() => this.dial(), 20));
  }

  take(frame) {
    const at = Number(frame.readBigUInt64BE(0));
    if (at !== this.offset) this.wrong++;
    this.offset = at + frame.length - 8;
    this.look();
  }

  hear(message) {
    if (message.type === "attached") {
      this.attached++;
      this.look();
    }
  }

  look() {
    this.waiting = this.waiting.filter(({ is, resolve }) => !is() || resolve());
  }

  until(is) {
    return new Promise((resolve) => {
      this.waiting.push({ is, resolve: () => resolve() });
      this.look();
    });
  }

  type(text) {
    this.socket.send(JSON.stringify({ type: "input", seq: ++this.seq, data: text }));
  }
}

const workersPerSession = 50;
const sessions = [];
const watchers = [];
for (let at = 0; at < count; at++) {
  if (at % workersPerSession === 0) {
    const title = `recovery ${sessions.length + 1}`;
    sessions.push((await call("POST", "/api/sessions", { type: "quick", locationPath: "/tmp", title })).session);
  }
  const session = sessions.at(-1);
  const { worker } = await call("POST", `/api/sessions/${session.id}/workers`, { type: "terminal", command: ["/bin/cat"] });
  watchers.push(new Watcher(session.id, worker.id));
}
await Promise.all(watchers.map((watcher) => watcher.until(() => watcher.attached > 0)));

const serverOf = () => status().processes.find((process) => process.role === "server");
const rounds = [];
for (let round = 0; round < Number(values.rounds); round++) {
  const before = watchers.map((watcher) => watcher.attached);
  const { pid } = serverOf();
  const killed = performance.now();
  process.kill(pid, "SIGKILL");
  await Promise.all(watchers.map((watcher, at) => watcher.until(() => watcher.attached > before[at])));
  const back = performance.now() - killed;
  const offsets = watchers.map((watcher) => watcher.offset);
  for (const watcher of watchers) watcher.type(`round ${round}\r`);
  await Promise.all(watchers.map((watcher, at) => watcher.until(() => watcher.offset > offsets[at] + 8)));
  rounds.push({ back, typed: performance.now() - killed });
  await wait(6000); // one that dies again within five seconds is started again later and later
}

const wrong = watchers.reduce((sum, watcher) => sum + watcher.wrong, 0);
const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
const line = (pick) => {
  const numbers = rounds.map(pick);
  return `${(median(numbers) / 1000).toFixed(2)} (${(Math.min(...numbers) / 1000).toFixed(2)}-${(Math.max(...numbers) / 1000).toFixed(2)})`;
};
const report = `# The server killed under ${count} watched terminals

${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores (${cpus()[0].model}); ${rounds.length} times \`kill -9\` of the server while a client watches each of ${count}
terminals. Seconds from the kill, its restart by \`./atelier up\` included; median, least and most. Repeat with \`./dev bench recovery\`.

| what | seconds | aim |
|---|---|---|
| all ${count} terminals attached again | ${line((r) => r.back)} | 3 |
| all ${count} answered a line typed then | ${line((r) => r.typed)} | |
| bytes that came twice, late or not at all (places where offsets did not meet) | ${wrong} | 0 |
`;
process.stdout.write(report);
if (values.out) writeFileSync(values.out, report);
for (const session of sessions) await call("DELETE", `/api/sessions/${session.id}`);
process.exit(0);
