// Drives an agent with the official client over standard input and output: node drive.mjs DIRECTORY PROGRAM ARGUMENT… Prints what came of it as JSON.
import { spawn } from "node:child_process";
import { Readable, Writable } from "node:stream";
import { ClientSideConnection, ndJsonStream, PROTOCOL_VERSION } from "@agentclientprotocol/sdk";

const [directory, program, ...rest] = process.argv.slice(2);
const agent = spawn(program, rest, { stdio: ["pipe", "pipe", "inherit"] });
const seen = { asked: 0, updates: [] };
const connection = new ClientSideConnection(
  () => ({
    async requestPermission({ options }) {
      seen.asked++;
      return { outcome: { outcome: "selected", optionId: options.find((option) => option.kind === "allow_once").optionId } };
    },
    async sessionUpdate({ update }) {
      seen.updates.push(update.sessionUpdate);
    },
  }),
  ndJsonStream(Writable.toWeb(agent.stdin), Readable.toWeb(agent.stdout)),
);
const prompt = (sessionId, text) => connection.prompt({ sessionId, prompt: [{ type: "text", text }] });

const { agentInfo, agentCapabilities } = await connection.initialize({ protocolVersion: PROTOCOL_VERSION, clientCapabilities: {} });
const { sessionId } = await connection.newSession({ cwd: directory, mcpServers: [] });
const first = await prompt(sessionId, "say tool title ask say end");
const live = seen.updates.splice(0);
const loaded = await connection.loadSession({ sessionId, cwd: directory, mcpServers: [] });
const again = seen.updates.splice(0);
await connection.setSessionMode({ sessionId, modeId: "code" });
const hanging = prompt(sessionId, "say hang");
await connection.cancel({ sessionId });
const second = await hanging;
const { sessions } = await connection.listSessions({ cwd: directory });
agent.stdin.end();
console.log(JSON.stringify({
  name: agentInfo.name, loads: agentCapabilities.loadSession, first: first.stopReason, second: second.stopReason, live, again, asked: seen.asked,
  modes: loaded.modes?.availableModes.map((mode) => mode.id), listed: sessions.some((session) => session.sessionId === sessionId),
}));
