// What the measurements know of a running Atelier.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const launcher = new URL("../atelier", import.meta.url).pathname;

export class Atelier {
  constructor(data) {
    this.data = data;
    const { address, tokenFile } = this.status();
    this.address = address;
    this.token = readFileSync(tokenFile, "utf8").trim();
  }

  status() {
    return JSON.parse(execFileSync(launcher, ["status", "--json", "--data", this.data]).toString());
  }

  pidsOf(role) {
    return this.status().processes.filter((process) => process.role === role).map((process) => process.pid);
  }

  async call(method, path, body) {
    const answer = await fetch(this.address + path, {
      method,
      headers: { authorization: `Bearer ${this.token}`, "content-type": "application/json" },
      body: body && JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? null : answer.json();
  }

  /** The events of an agent after a number, as they come. */
  async *events(agent, after) {
    const answer = await fetch(`${this.address}/api/agents/${agent}/events/stream`, {
      headers: { authorization: `Bearer ${this.token}`, "last-event-id": `${after}` },
    });
    let rest = "";
    for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + piece).split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) {
        const data = block.split("\n").find((line) => line.startsWith("data:"));
        if (data !== undefined) yield { ...JSON.parse(data.slice(5)), heard: performance.now() };
      }
    }
  }

  /** All stored events of an agent. */
  async allEvents(agent) {
    const all = [];
    for (;;) {
      const { events } = await this.call("GET", `/api/agents/${agent}/events?after=${all.at(-1)?.seq ?? 0}`);
      if (events.length === 0) return all;
      all.push(...events);
    }
  }
}

/** Proportional set size of a process, in MiB. */
export function memoryOf(pid) {
  const line = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8").match(/^Pss:\s+(\d+) kB/m);
  return Number(line[1]) / 1024;
}

export const quantile = (numbers, share) => [...numbers].sort((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))];

/** Seconds of times in milliseconds: the median, the least and the most. */
export const spread = (times) => {
  const [median, least, most] = [quantile(times, 0.5), Math.min(...times), Math.max(...times)].map((time) => (time / 1000).toFixed(2));
  return `${median} (${least}-${most})`;
};
