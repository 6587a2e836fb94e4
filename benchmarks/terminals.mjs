// Watched terminals of a running Atelier.
import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";

const WebSocket = createRequire(new URL("peers/", import.meta.url))("ws");
const workersPerSession = 50;

/** A client that stays on one worker: it dials again from where it was, and tells when it has the output up to an offset. */
class Watcher {
  constructor(atelier, session, worker) {
    Object.assign(this, { atelier, session, worker, client: randomUUID(), offset: 0, wrong: 0, attached: 0, seq: 0 });
    this.waiting = [];
    this.dial();
  }

  dial() {
    const place = `${this.atelier.address.replace("http", "ws")}/ws/session/${this.session}/worker/${this.worker}`;
    this.socket = new WebSocket(`${place}?from=${this.offset}&lag=all&client=${this.client}`, {
      headers: { authorization: `Bearer ${this.atelier.token}` },
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

/** Many terminals, each with a client that watches it. */
export class Terminals {
  constructor(atelier, sessions, watchers) {
    Object.assign(this, { atelier, sessions, watchers });
  }

  static async open(atelier, count) {
    const sessions = [];
    const watchers = [];
    for (let at = 0; at < count; at++) {
      if (at % workersPerSession === 0) {
        const title = `recovery ${sessions.length + 1}`;
        sessions.push((await atelier.call("POST", "/api/sessions", { type: "quick", locationPath: "/tmp", title })).session);
      }
      const session = sessions.at(-1);
      const { worker } = await atelier.call("POST", `/api/sessions/${session.id}/workers`, { type: "terminal", command: ["/bin/cat"] });
      watchers.push(new Watcher(atelier, session.id, worker.id));
    }
    await Promise.all(watchers.map((watcher) => watcher.until(() => watcher.attached > 0)));
    return new Terminals(atelier, sessions, watchers);
  }

  /** How often each has been attached to. */
  counts() {
    return this.watchers.map((watcher) => watcher.attached);
  }

  /** Completes when each has been attached to again. */
  attachedAfter(counts) {
    return Promise.all(this.watchers.map((watcher, at) => watcher.until(() => watcher.attached > counts[at])));
  }

  /** Types a line into each, and waits until each has answered. */
  async type(line) {
    const offsets = this.watchers.map((watcher) => watcher.offset);
    for (const watcher of this.watchers) watcher.type(`${line}\r`);
    await Promise.all(this.watchers.map((watcher, at) => watcher.until(() => watcher.offset > offsets[at] + line.length + 1)));
  }

  /** Places where offsets did not meet. */
  wrong() {
    return this.watchers.reduce((sum, watcher) => sum + watcher.wrong, 0);
  }

  /** Takes the sessions away. */
  async close() {
    for (const session of this.sessions) await this.atelier.call("DELETE", `/api/sessions/${session.id}`);
  }
}
