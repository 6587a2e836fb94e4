// Terminals of Atelier beside its peers, by the same client, in one run: `./dev bench peers` or
//   node bench.mjs --data <data folder of a running Atelier> [--pairs 15] [--out results.md]
// A peer program that is not from npm takes part where its path is given: TTYD=/path/to/ttyd.
import { writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { echo, floodBytes, idle, makeFlood, slowClient, throughput } from "./measures.mjs";
import { atelier, nodePty, ttyd } from "./systems.mjs";

const { values } = parseArgs({
  options: { data: { type: "string" }, pairs: { type: "string", default: "15" }, out: { type: "string" } },
});
if (!values.data) {
  console.error("Say which Atelier to measure: --data <its data folder>. It must be running.");
  process.exit(2);
}

const pairs = Number(values.pairs);
const systems = [atelier({ data: values.data }), nodePty()];
if (process.env.TTYD) systems.push(ttyd({ program: process.env.TTYD }));

const sorted = (numbers) => [...numbers].sort((a, b) => a - b);
const median = (numbers) => sorted(numbers)[Math.floor(numbers.length / 2)];
const spread = (numbers, digits) =>
  `${median(numbers).toFixed(digits)} (${Math.min(...numbers).toFixed(digits)}-${Math.max(...numbers).toFixed(digits)})`;

/** Runs a measure on all systems in turn, `rounds` times; gives per system the list of results. */
async function interleaved(rounds, measure, label) {
  const results = new Map(systems.map((system) => [system.name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const system of systems) results.get(system.name).push(await measure(system));
    process.stderr.write(`\r${label}: ${round + 1}/${rounds} `);
  }
  process.stderr.write("\n");
  return results;
}

const ours = systems[0].name;
const rows = [];

/** A table row: our figure, each peer's, and the median of the pairwise ratios ours : peer. */
function row(title, results, pick, digits) {
  const mine = results.get(ours).map(pick);
  const cells = systems.map((system) => spread(results.get(system.name).map(pick), digits));
  const ratios = systems.slice(1).map((system) => {
    const theirs = results.get(system.name).map(pick);
    return median(mine.map((value, at) => value / theirs[at])).toFixed(2);
  });
  rows.push(`| ${title} | ${cells.join(" | ")} | ${ratios.join(" / ")} |`);
}

await makeFlood();
for (const system of systems) await system.start();

const flood = await interleaved(pairs, throughput, "throughput");
row("`cat` of 100 MB, MB/s", flood, (r) => r.megabytesPerSecond, 1);
row("CPU of all its processes for it, s", flood, (r) => r.cpuSeconds, 2);

const keys = await interleaved(pairs, echo, "echo");
row("key to echo, p50, ms", keys, (r) => r.p50, 3);
row("key to echo, p99, ms", keys, (r) => r.p99, 3);

const beside = await interleaved(Math.max(3, Math.floor(pairs / 3)), (s) => echo(s, { beside: true }), "echo beside a flood");
row("beside a flood, p50, ms", beside, (r) => r.p50, 3);
row("beside a flood, p99, ms", beside, (r) => r.p99, 3);

const slow = await interleaved(3, slowClient, "slow client");
row("client stops reading for 5 s: growth, MB", slow, (r) => r.grownBytes / 1e6, 1);
row("then current again after, ms", slow, (r) => r.currentAfter, 0);

const still = await interleaved(1, idle, "idle");
row("idle terminal, PSS of its processes, MB", still, (r) => r.pssPerTerminal / 1e6, 2);
row("of it private to its keeper, MB", still, (r) => r.keeperPrivate / 1e6, 2);
row("20 idle terminals, CPU, %", still, (r) => r.idleCpuPercent, 2);

for (const system of systems) await system.stop();

const report = `# Terminals beside their peers

${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores (${cpus()[0].model}), ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.versions.node}; client, shells and
systems share the cores. Medians with their range; ${pairs} interleaved rounds for throughput and echo, ${floodBytes / 2 ** 20} MiB a flood. The ratio is the
median of the pairwise ratios, Atelier : peer. Repeat with \`./dev bench peers\`.

| | ${systems.map((s) => s.name).join(" | ")} | ratio |
|---|${systems.map(() => "---|").join("")}---|
${rows.join("\n")}
`;
process.stdout.write(report);
if (values.out) writeFileSync(values.out, report);
process.exit(0);
