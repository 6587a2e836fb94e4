import { StringDecoder } from "node:string_decoder";
import { gzipSync } from "node:zlib";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import pty from "node-pty";
import headless from "@xterm/headless";

const seconds = (ms) => new Promise((resolve) => setTimeout(resolve, ms * 1000));

/**
 * A program in a terminal, a person at its keys, and the truth about its activity.
 * What the truth is comes from the script being played and from what the model server did, never from the screen.
 */
export class Stage {
  #events = [];
  #states = [{ at: 0, state: "starting" }];
  #bytes = 0;
  #random = 1;

  constructor(program, keys, server, { cols = 120, rows = 32, look = false } = {}) {
    Object.assign(this, { program, keys, server, cols, rows, look });
    this.screen = new headless.Terminal({ cols, rows, allowProposedApi: true, scrollback: 200 });
  }

  start({ command, environment, cwd }) {
    this.began = Date.now();
    this.cwd = cwd;
    const decoder = new StringDecoder("utf8");
    this.pty = pty.spawn(command[0], command.slice(1), {
      cols: this.cols, rows: this.rows, cwd, env: environment, encoding: null,
    });
    this.pty.onData((data) => {
      const text = decoder.write(data);
      this.#bytes += Buffer.byteLength(text);
      this.#add("o", text);
      this.screen.write(text);
    });
    this.pty.onExit(() => { this.isOver = true; });
    // A terminal answers questions; a real page does that with the same emulator.
    this.screen.onData((reply) => this.send(reply));
    this.screen.onBinary((reply) => this.send(reply));
  }

  send(data) {
    if (this.isOver) return;
    this.#add("i", data);
    this.pty.write(data);
  }

  say(state, at = Date.now()) {
    const time = Math.max((at - this.began) / 1000, this.#states.at(-1).at);
    if (this.#states.at(-1).state !== state) this.#states.push({ at: time, state, offset: this.#bytes });
    this.note(`-- ${state}`);
  }

  note(text) {
    if (this.look) console.error(`${((Date.now() - this.began) / 1000).toFixed(1)} ${text}`);
  }

  show(title) {
    if (this.look) console.error(`===== ${title}\n${this.text()}\n=====`);
  }

  text() {
    const buffer = this.screen.buffer.active;
    return Array.from({ length: this.rows }, (_, row) =>
      buffer.getLine(buffer.baseY + row)?.translateToString(true) ?? "").join("\n").trimEnd();
  }

  /** Waits until the screen's text has not changed for a while, or long enough. */
  async quiet(forSeconds = 1.5, atMost = 20) {
    const deadline = Date.now() + atMost * 1000;
    for (let text = this.text(), since = Date.now(); Date.now() < deadline;) {
      await seconds(0.1);
      const now = this.text();
      if (now !== text) [text, since] = [now, Date.now()];
      else if (Date.now() - since > forSeconds * 1000) return;
    }
  }

  /** The program is up and waits for its first prompt. */
  async ready() {
    while (this.text() === "" && !this.isOver) await seconds(0.1);
    await this.quiet(4, 40);
    this.show("ready");
    this.say("idle");
  }

  wait(s) {
    return seconds(s);
  }

  /** Types as a person does: unevenly. */
  async type(text, charactersPerSecond = 14) {
    for (const character of text) {
      this.send(character);
      this.#random = (this.#random * 48271) % 2147483647;
      await seconds((0.5 + this.#random / 2147483647) / charactersPerSecond);
    }
  }

  /** Types a prompt and submits it: from now on the program works. */
  async prompt(text, { paste = false } = {}) {
    this.mark = this.server.count;
    if (paste) this.send(this.screen.modes.bracketedPasteMode ? `\x1b[200~${text}\x1b[201~` : text);
    else await this.type(text, 25);
    await seconds(0.6);
    this.send("\r");
    this.say("active");
    await this.server.first((e) => e.kind === "Received" && e.purpose === "Turn", this.mark, 30);
  }

  /** The turn's last answer has come. */
  async ended(atMost = 120) {
    const end = await this.server.first(
      (e) => e.kind === "Ended" && e.purpose === "Turn" && e.detail === "stop", this.mark, atMost);
    this.mark = this.server.count;
    this.say("idle", end.at);
    await seconds(1.5);
    this.show("ended");
  }

  /** The turn has come to nothing: the server refused it and the program does not try again. */
  async failed() {
    await this.server.first((e) => e.kind === "Refused" && e.purpose === "Turn", this.mark);
    await seconds(4);
    const events = this.server.since(this.mark).filter((e) => e.purpose === "Turn");
    if (events.at(-1).kind !== "Refused") throw new Error(`${this.program} goes on after an error`);
    this.mark = this.server.count;
    this.say("idle", events.at(-1).at);
    this.show("failed");
  }

  /** The model has called a tool that needs a person's word, and the program asks for it. */
  async asked() {
    const called = await this.server.first((e) => e.kind === "Ended" && e.purpose === "Turn" && e.detail === "tools", this.mark);
    this.mark = this.server.count;
    for (let until = Date.now() + 5000; this.keys.dialog && !this.keys.dialog.test(this.text());) {
      if (Date.now() > until) throw new Error(`${this.program} does not ask`);
      await seconds(0.05);
    }
    this.say("asking", this.keys.dialog ? Date.now() : called.at);
    await seconds(2);
    this.show("asking");
  }

  /** A person says yes: the tool runs. Proof that the program had asked: it did not go on before. */
  async allow() {
    this.#proveWaiting();
    this.send(this.keys.allow);
    this.say("active");
    await this.server.first((e) => e.kind === "Received" && e.purpose === "Turn", this.mark, 60);
  }

  /** A person says no. Some programs end the turn, others tell the model, which goes on. */
  async reject() {
    this.#proveWaiting();
    const at = Date.now();
    for (const key of this.keys.reject) {
      this.send(key);
      await seconds(0.7);
    }
    await seconds(1.5);
    if (this.server.since(this.mark).some((e) => e.kind === "Received" && e.purpose === "Turn")) {
      this.say("active", at);
      await this.ended();
    } else {
      this.say("idle", at);
    }
    this.show("rejected");
  }

  /** A person stops the turn. */
  async interrupt() {
    for (const key of this.keys.interrupt) {
      this.send(key);
      await seconds(0.5);
    }
    const hungUp = await this.server.first((e) => e.kind === "Cancelled" && e.purpose === "Turn", this.mark, 15);
    this.mark = this.server.count;
    this.say("idle", hungUp.at);
    await seconds(2);
    // Some programs put the stopped prompt back where it was typed.
    if (this.keys.clear) this.send(this.keys.clear);
    this.show("interrupted");
  }

  /** Wipes what stands in the prompt. */
  async erase(length) {
    for (let at = 0; at < length; at++) {
      this.send("\x7f");
      await seconds(0.03);
    }
  }

  resize(cols, rows) {
    [this.cols, this.rows] = [cols, rows];
    this.#add("r", `${cols}x${rows}`);
    this.screen.resize(cols, rows);
    this.pty.resize(cols, rows);
  }

  /** The window loses or gains the focus; terminals tell only programs that want to know. */
  focus(isIn) {
    if (this.screen.modes.sendFocusMode) this.send(isIn ? "\x1b[I" : "\x1b[O");
  }

  async redrawStorm(times = 30) {
    const [cols, rows] = [this.cols, this.rows];
    for (let at = 0; at < times; at++) {
      this.resize(cols - 1 - (at % 12), rows - (at % 3));
      await seconds(0.12);
    }
    this.resize(cols, rows);
  }

  save(folder, scenario, { version }) {
    const end = (Date.now() - this.began) / 1000;
    this.pty.kill("SIGKILL");
    const header = { version: 2, width: this.first?.cols ?? 120, height: this.first?.rows ?? 32, title: `${this.program} ${version}: ${scenario}` };
    const lines = [header, ...this.#events].map((line) => JSON.stringify(line));
    const intervals = this.#states.map(({ at, state, offset = 0 }, index) => ({
      state,
      from: round(at),
      to: round(this.#states[index + 1]?.at ?? end),
      fromOffset: offset,
      toOffset: this.#states[index + 1]?.offset ?? this.#bytes,
    }));
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, `${scenario}.cast.gz`), gzipSync(lines.join("\n") + "\n", { level: 9 }));
    writeFileSync(
      path.join(folder, `${scenario}.labels.json`),
      JSON.stringify({ program: this.program, version, scenario, seconds: round(end), intervals }, null, 2) + "\n",
    );
  }

  #proveWaiting() {
    const early = this.server.since(this.mark).find((e) => e.kind === "Received" && e.purpose === "Turn");
    if (early) throw new Error(`${this.program} went on without asking`);
  }

  #add(kind, data) {
    if (data !== "") this.#events.push([round((Date.now() - this.began) / 1000), kind, data]);
  }
}

const round = (number) => Math.round(number * 1000) / 1000;
