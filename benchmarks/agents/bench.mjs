// Agents: what we add to the first word, what an idle thread costs, and the server killed under many of them: `./dev bench agents`, or
//   node bench.mjs --data <data folder of a running Atelier> [--prompts 300] [--threads 1000] [--terminals 200] [--rounds 5] [--out results.md]
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Atelier, memoryOf, quantile, spread } from "../atelier.mjs";
import { Terminals } from "../terminals.mjs";

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    prompts: { type: "string", default: "300" },
    threads: { type: "string", default: "1000" },
    terminals: { type: "string", default: "200" },
    rounds: { type: "string", default: "5" },
    out: { type: "string" },
  },
});
const [prompts, threads, terminals, rounds] = ["prompts", "threads", "terminals", "rounds"].map((name) => Number(values[name]));
const threadsPerAgent = 50;
const program = [process.execPath, new URL("echo-agent.mjs", import.meta.url).pathname];
const atelier = new Atelier(values.data);

const folder = mkdtempSync(join(tmpdir(), "atelier-agents-"));
const git = (...words) => execFileSync("git", ["-c", "user.name=Bench", "-c", "user.email=bench@example.org", ...words], { cwd: folder });
git("init", "--quiet", "--initial-branch=main");
git("commit", "--quiet", "--allow-empty", "--message", "Begin");
const { repository } = await atelier.call("POST", "/api/repositories", { path: folder });
const { agentProgram } = await atelier.call("POST", "/api/agent-programs", { name: "Echo", acpCommand: program.join(" ") });

/** The program without us: its pipes in our hands. */
class BareProgram {
  constructor() {
    this.process = spawn(program[0], program.slice(1), { stdio: ["pipe", "pipe", "inherit"] });
    this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
    this.id = 0;
  }

  send(method, params) {
    this.process.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: ++this.id, method, params })}\n`);
  }

  async next() {
    return JSON.parse((await this.lines.next()).value);
  }

  async begin() {
    this.send("initialize", { protocolVersion: 1 });
    await this.next();
    this.send("session/new", { cwd: folder, mcpServers: [] });
    this.session = (await this.next()).result.sessionId;
  }

  /** Milliseconds from a prompt to the first word. */
  async ask(text) {
    const began = performance.now();
    this.send("session/prompt", { sessionId: this.session, prompt: [{ type: "text", text }] });
    await this.next();
    const first = performance.now() - began;
    await this.next();
    return first;
  }
}

const newAgent = async (text) => {
  const { agent, workSessions } = await atelier.call("POST", "/api/agents", {
    taskRequest: text,
    repositoryId: repository.id,
    agentProgramId: agentProgram.id,
  });
  return { id: agent.id, workSessions: [workSessions[0].id] };
};

/** A follower of an agent's events that can be asked to wait for one. */
function follow(agent) {
  const seen = [];
  const waiting = new Set();
  (async () => {
    for (let after = 0; ; after = seen.at(-1)?.seq ?? 0) {
      try {
        for await (const event of atelier.events(agent, after)) {
          seen.push(event);
          for (const one of waiting) if (one.is(event)) waiting.delete(one) && one.resolve(event);
        }
      } catch {
        // the server is away
      }
      await wait(20);
    }
  })();
  return {
    seen,
    until: (is) => {
      const there = seen.find(is);
      return there ? Promise.resolve(there) : new Promise((resolve) => waiting.add({ is, resolve }));
    },
  };
}

const isText = (text) => (event) => event.kind === "agent-message" && event.payload.content.text === text;
const isOver = (turn) => (event) => event.kind === "turn-changed" && event.turnId === turn && ["done", "failed", "cancelled"].includes(event.payload.turn.state);

async function firstWords() {
  const bare = new BareProgram();
  await bare.begin();
  const agent = await newAgent("Prompt 0");
  const events = follow(agent.id);
  await events.until(isText("Prompt 0"));
  const ours = [];
  const theirs = [];
  for (let at = 1; at <= prompts; at++) {
    const text = `Prompt ${at}`;
    theirs.push(await bare.ask(text));
    const began = performance.now();
    const asked = atelier.call("POST", `/api/agents/${agent.id}/messages`, { text });
    ours.push((await events.until(isText(text))).heard - began);
    await events.until(isOver((await asked).turn.id));
  }
  bare.process.kill();
  return { ours, theirs };
}

async function openThreads() {
  const [server] = atelier.pidsOf("server");
  const [daemon] = atelier.pidsOf("daemon");
  const agents = [];
  for (let at = 0; at < threads / threadsPerAgent; at++) {
    const agent = await newAgent("Hello 0");
    agent.events = follow(agent.id);
    await agent.events.until(isText("Hello 0"));
    agents.push(agent);
  }
  const before = { server: memoryOf(server), daemon: memoryOf(daemon) };
  for (const agent of agents) {
    for (let at = 1; at < threadsPerAgent; at++) {
      const { workSession } = await atelier.call("POST", `/api/agents/${agent.id}/work-sessions`, { name: `Thread ${at}`, agentType: "zed_agent" });
      agent.workSessions.push(workSession.id);
      const { turn } = await atelier.call("POST", `/api/agents/${agent.id}/messages`, { text: `Hello ${at}`, workSessionId: workSession.id });
      await agent.events.until(isOver(turn.id));
    }
  }
  await wait(2000);
  const added = agents.length * (threadsPerAgent - 1);
  const cost = (pid, was) => ((memoryOf(pid) - was) * 1024) / added;
  return { agents, server: cost(server, before.server), daemon: cost(daemon, before.daemon) };
}

/** Kills the server under everything, and takes the time until all of it is live again. */
async function kill(agents, watched, round) {
  const isLive = async (agent) => {
    const { workSessions } = await atelier.call("GET", `/api/agents/${agent.id}`);
    return workSessions.every((one) => one.thread?.status === "active");
  };
  const [pid] = atelier.pidsOf("server");
  const attached = watched.counts();
  const killed = performance.now();
  process.kill(pid, "SIGKILL");
  const terminalsBack = watched.attachedAfter(attached).then(() => performance.now() - killed);
  for (const agent of agents) {
    while (!(await isLive(agent).catch(() => false))) await wait(20);
  }
  const live = performance.now() - killed;
  const back = await terminalsBack;
  const answers = await Promise.all(
    agents.map(async (agent) => {
      const text = `Round ${round}`;
      await atelier.call("POST", `/api/agents/${agent.id}/messages`, { text, workSessionId: agent.workSessions.at(-1) });
      await agent.events.until(isText(text));
      return performance.now() - killed;
    }),
  );
  await wait(6000); // one that dies again within five seconds is started again later and later
  return { live: Math.max(live, back), answered: Math.max(...answers) };
}

/** Events that are missing or there twice, in what followers heard and in what is stored. */
async function wrongEvents(agents) {
  let wrong = 0;
  for (const agent of agents) {
    const stored = await atelier.allEvents(agent.id);
    wrong += stored.filter((event, at) => event.seq !== at + 1).length;
    wrong += agent.events.seen.filter((event, at) => event.seq !== at + 1).length;
    const texts = stored.filter((event) => event.kind === "agent-message").map((event) => `${event.workSessionId} ${event.payload.content.text}`);
    wrong += texts.length - new Set(texts).size + Math.abs(texts.length - threadsPerAgent - rounds);
  }
  return wrong;
}

const first = await firstWords();
const opened = await openThreads();
const watched = await Terminals.open(atelier, terminals);
const kills = [];
for (let round = 0; round < rounds; round++) kills.push(await kill(opened.agents, watched, round));
const wrong = await wrongEvents(opened.agents);

const added = first.ours.map((time, at) => time - first.theirs[at]);
const ms = (numbers) => `${quantile(numbers, 0.5).toFixed(1)} | ${quantile(numbers, 0.99).toFixed(1)}`;
const count = opened.agents.length * threadsPerAgent;
const report = `# Agents

${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores (${cpus()[0].model}). Repeat with \`./dev bench agents\`. The program answers at once with one message.

## From a prompt to the first word

${prompts} prompts, in turn with the same program on bare pipes; milliseconds. Ours goes by HTTP to the server, through rows, daemon and keeper to the program, and back
through log, daemon and rows to a follower of the events.

| what | p50 | p99 | aim |
|---|---|---|---|
| the program on bare pipes | ${ms(first.theirs)} | |
| through Atelier | ${ms(first.ours)} | |
| what it adds | ${ms(added)} | p99 10 |

## Idle threads

${count} threads in ${opened.agents.length} agents, each asked once. What one more thread costs, in KiB of proportional set size: server ${opened.server.toFixed(1)}, daemon ${opened.daemon.toFixed(1)}.

## The server killed under ${count} threads and ${terminals} watched terminals

${rounds} times \`kill -9\`. Seconds from the kill, its restart by \`./atelier up\` included; median, least and most.

| what | seconds | aim |
|---|---|---|
| all threads active and all terminals attached again | ${spread(kills.map((one) => one.live))} | 3 |
| a prompt sent then to each agent answered | ${spread(kills.map((one) => one.answered))} | |
| events that are missing or there twice | ${wrong} | 0 |
| bytes of terminals that came twice, late or not at all | ${watched.wrong()} | 0 |
`;
process.stdout.write(report);
if (values.out) writeFileSync(values.out, report);
rmSync(folder, { recursive: true });
process.exit(0);
