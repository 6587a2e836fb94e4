// Drives an agent with the official client: node drive.mjs PROGRAM DIRECTORY PROMPT. Prints what came of it as JSON.
import { spawn } from "node:child_process";
import { Readable, Writable } from "node:stream";
import { client, methods, ndJsonStream, PROTOCOL_VERSION } from "@agentclientprotocol/sdk";

const [program, directory, text] = process.argv.slice(2);
const agent = spawn(program, [], { stdio: ["pipe", "pipe", "inherit"] });
const stream = ndJsonStream(Writable.toWeb(agent.stdin), Readable.toWeb(agent.stdout));
const seen = { asked: 0, updates: {} };

const outcome = await client({ name: "oracle" })
  .onRequest(methods.client.session.requestPermission, ({ params }) => {
    seen.asked++;
    const allow = params.options.find((option) => option.kind === "allow_once");
    return { outcome: { outcome: "selected", optionId: allow.optionId } };
  })
  .onNotification(methods.client.session.update, ({ params }) => {
    const kind = params.update.sessionUpdate;
    seen.updates[kind] = (seen.updates[kind] ?? 0) + 1;
  })
  .connectWith(stream, async (context) => {
    const { agentInfo } = await context.request(methods.agent.initialize, { protocolVersion: PROTOCOL_VERSION, clientCapabilities: {} });
    const { sessionId, modes } = await context.request(methods.agent.session.new, { cwd: directory, mcpServers: [] });
    const { stopReason } = await context.request(methods.agent.session.prompt, { sessionId, prompt: [{ type: "text", text }] });
    const { sessions } = await context.request(methods.agent.session.list, {});
    return { name: agentInfo.name, mode: modes.currentModeId, stopReason, listed: sessions.some((session) => session.sessionId === sessionId) };
  });

agent.stdin.end();
console.log(JSON.stringify({ ...outcome, ...seen }));
