import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** The fake model server as a process of ours, and everything it says it did. */
export class ModelServer {
  #process;
  #events = [];
  #waiting = [];

  static async start(executable) {
    const server = new ModelServer();
    const requests = process.env.MODEL_REQUESTS ? ["--requests", process.env.MODEL_REQUESTS] : [];
    server.#process = spawn(executable, requests, { stdio: ["pipe", "pipe", "inherit"] });
    const lines = createInterface({ input: server.#process.stdout });
    server.url = await new Promise((resolve) => {
      lines.on("line", (line) => {
        const message = JSON.parse(line);
        if (message.listening) resolve(message.listening.replace(/\/$/, ""));
        else server.#add({ ...message, at: Date.parse(message.at) });
      });
    });
    return server;
  }

  get count() {
    return this.#events.length;
  }

  since(after) {
    return this.#events.slice(after);
  }

  /** The first event after number `after` that fits. */
  first(fits, after, seconds = 120) {
    const found = this.#events.slice(after).find(fits);
    if (found) return Promise.resolve(found);
    return new Promise((resolve, reject) => {
      const waiter = { fits, resolve };
      this.#waiting.push(waiter);
      setTimeout(() => {
        this.#waiting = this.#waiting.filter((other) => other !== waiter);
        reject(new Error(`the server did not see ${fits} in ${seconds} s; it saw ${JSON.stringify(this.since(after))}`));
      }, seconds * 1000).unref();
    });
  }

  stop() {
    this.#process.stdin.end();
  }

  #add(event) {
    this.#events.push(event);
    for (const waiter of this.#waiting.filter((waiter) => waiter.fits(event))) {
      this.#waiting = this.#waiting.filter((other) => other !== waiter);
      waiter.resolve(event);
    }
  }
}
