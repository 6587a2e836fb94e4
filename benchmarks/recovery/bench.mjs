// How long many watched terminals are away when the server is killed: `./dev bench recovery`, or
//   node bench.mjs --data <data folder of a running Atelier> [--terminals 200] [--rounds 5] [--out results.md]
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Atelier, spread } from "../atelier.mjs";
import { Terminals } from "../terminals.mjs";

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    terminals: { type: "string", default: "200" },
    rounds: { type: "string", default: "5" },
    out: { type: "string" },
  },
});
const atelier = new Atelier(values.data);
const count = Number(values.terminals);
const terminals = await Terminals.open(atelier, count);

const rounds = [];
for (let round = 0; round < Number(values.rounds); round++) {
  const before = terminals.counts();
  const [pid] = atelier.pidsOf("server");
  const killed = performance.now();
  process.kill(pid, "SIGKILL");
  await terminals.attachedAfter(before);
  const back = performance.now() - killed;
  await terminals.type(`round ${round}`);
  rounds.push({ back, typed: performance.now() - killed });
  await wait(6000); // one that dies again within five seconds is started again later and later
}

const report = `# The server killed under ${count} watched terminals

${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores (${cpus()[0].model}); ${rounds.length} times \`kill -9\` of the server while a client watches each of ${count}
terminals. Seconds from the kill, its restart by \`./atelier up\` included; median, least and most. Repeat with \`./dev bench recovery\`.

| what | seconds | aim |
|---|---|---|
| all ${count} terminals attached again | ${spread(rounds.map((one) => one.back))} | 3 |
| all ${count} answered a line typed then | ${spread(rounds.map((one) => one.typed))} | |
| bytes that came twice, late or not at all (places where offsets did not meet) | ${terminals.wrong()} | 0 |
`;
process.stdout.write(report);
if (values.out) writeFileSync(values.out, report);
await terminals.close();
process.exit(0);
