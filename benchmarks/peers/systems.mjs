// The systems under test behind one shape: start(), pids(), open() -> a terminal, stop().
import { spawn, execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import WebSocket from "ws";

/** One terminal: send(text), onBytes(callback), and the socket below it for pausing. */
class Terminal {
  constructor(socket, encode, decode) {
    this.socket = socket;
    this.encode = encode;
    this.onBytes = () => {};
    socket.on("message", (data, isBinary) => {
      const bytes = decode(data, isBinary);
      if (bytes) this.onBytes(bytes);
    });
  }

  send(text) {
    this.socket.send(this.encode(text));
  }

  close() {
    this.socket.terminate();
  }
}

const opened = (socket) =>
  new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });

const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

/** The running system that describe() told of, for a second client. */
export function connectTo(description) {
  const { kind, ...rest } = description;
  return { nodePty, ttyd, atelier }[kind](rest);
}

export function nodePty({ port } = {}) {
  let child;
  return {
    name: "node-pty + ws",
    describe: () => ({ kind: "nodePty", port }),
    async start() {
      if (port) return;
      child = spawn(process.execPath, [new URL("./node-pty-server.mjs", import.meta.url).pathname], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      port = await new Promise((resolve) =>
        child.stdout.once("data", (line) => resolve(JSON.parse(line.toString()).port)),
      );
    },
    pids: () => [child.pid],
    async open() {
      const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
      const terminal = new Terminal(
        socket,
        (text) => text,
        (data) => data,
      );
      await opened(socket);
      return terminal;
    },
    async stop() {
      child.kill("SIGKILL");
    },
  };
}

/** ttyd 1.7 or later, where one is installed: TTYD=path. */
export function ttyd({ program, port } = {}) {
  let child;
  return {
    name: "ttyd",
    describe: () => ({ kind: "ttyd", port }),
    async start() {
      if (port) return;
      port = await freePort();
      child = spawn(program, ["-i", "lo", "-p", String(port), "-W", "bash", "--norc", "--noprofile"], {
        stdio: ["ignore", "ignore", "pipe"],
      });
      await new Promise((resolve) =>
        child.stderr.on("data", (text) => text.toString().includes("Listening on port") && resolve()),
      );
    },
    pids: () => [child.pid],
    async open() {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, ["tty"], { perMessageDeflate: false });
      const terminal = new Terminal(
        socket,
        (text) => Buffer.from(`0${text}`),
        (data) => (data[0] === 0x30 ? data.subarray(1) : null),
      );
      await opened(socket);
      socket.send(JSON.stringify({ AuthToken: "", columns: 120, rows: 30 }));
      return terminal;
    },
    async stop() {
      child.kill("SIGKILL");
    },
  };
}

/** A running Atelier, by its data folder. */
export function atelier({ data }) {
  const launcher = new URL("../../atelier", import.meta.url).pathname;
  const status = () => JSON.parse(execFileSync(launcher, ["status", "--json", "--data", data]).toString());
  let address;
  let token;
  let session;
  const call = async (method, path, body) => {
    const answer = await fetch(address + path, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: body ? JSON.stringify(body) : undefined,
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? null : answer.json();
  };
  return {
    name: "Atelier",
    describe: () => ({ kind: "atelier", data }),
    async start() {
      const now = status();
      address = now.address;
      token = readFileSync(now.tokenFile, "utf8").trim();
      session = (await call("POST", "/api/sessions", { type: "quick", locationPath: "/tmp", title: "benchmark" }))
        .session;
    },
    /** Every process of ours: server, daemon, keepers; PostgreSQL with its children. */
    pids() {
      const all = status().processes.map((p) => p.pid);
      const postgres = status().processes.filter((p) => p.role === "postgres").map((p) => p.pid);
      const children = postgres.flatMap((pid) =>
        readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number),
      );
      return [...all, ...children];
    },
    async open({ lag = "all" } = {}) {
      const { worker } = await call("POST", `/api/sessions/${session.id}/workers`, {
        type: "terminal",
        command: ["/bin/bash", "--norc", "--noprofile"],
        cols: 120,
        rows: 30,
      });
      const from = lag === "all" ? "from=0&" : "";
      const socket = new WebSocket(
        `${address.replace("http", "ws")}/ws/session/${session.id}/worker/${worker.id}?${from}lag=${lag}&client=${randomUUID()}`,
        { headers: { authorization: `Bearer ${token}` }, perMessageDeflate: false },
      );
      let seq = 0;
      const terminal = new Terminal(
        socket,
        (text) => JSON.stringify({ type: "input", seq: ++seq, data: text }),
        (bytes, isBinary) => {
          if (isBinary) return bytes.subarray(8);
          const message = JSON.parse(bytes.toString());
          return message.type === "snapshot" ? Buffer.from(message.data) : null;
        },
      );
      await opened(socket);
      terminal.remove = () => call("DELETE", `/api/sessions/${session.id}/workers/${worker.id}`);
      return terminal;
    },
    async stop() {
      await call("DELETE", `/api/sessions/${session.id}`);
    },
  };
}
