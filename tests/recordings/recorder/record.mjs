// Usage: node record.mjs PROGRAM SCENARIO [--out DIR] [--look]     (started by ./record, which sets the stage up)
import path from "node:path";
import { fileURLToPath } from "node:url";
import { prepareHome, programs } from "./home.mjs";
import { keys } from "./keys.mjs";
import { ModelServer } from "./model-server.mjs";
import { scenarios } from "./scenarios.mjs";
import { Stage } from "./stage.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const [program, scenario, ...options] = process.argv.slice(2);
const option = (name) => options[options.indexOf(name) + 1];
const out = options.includes("--out") ? option("--out") : path.join(here, "../agents", program);

const server = await ModelServer.start(process.env.MODEL_SERVER);
const stage = new Stage(program, keys[program], server, { look: options.includes("--look") });
stage.start(prepareHome(program, { home: process.env.RECORDING_HOME, bin: process.env.RECORDING_BIN, url: server.url }));
try {
  await scenarios[scenario](stage, keys[program]);
  stage.save(out, scenario, { version: programs[program].version });
  console.error(`${program} ${scenario}: done`);
} catch (problem) {
  console.error(`${program} ${scenario}: ${problem.message}\n${stage.look ? stage.text() : ""}`);
  process.exitCode = 1;
} finally {
  stage.pty.kill("SIGKILL");
  server.stop();
}
process.exit();
