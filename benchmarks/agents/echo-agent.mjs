// The least program that speaks the Agent Client Protocol: it answers each prompt at once with one message that holds its text.
import { createInterface } from "node:readline";

let sessions = 0;
const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  switch (method) {
    case "initialize":
      send({ id, result: { protocolVersion: 1, agentCapabilities: { loadSession: false, sessionCapabilities: { resume: {} } } } });
      break;
    case "session/new":
      send({ id, result: { sessionId: `echo-${process.pid}-${++sessions}` } });
      break;
    case "session/resume":
      send({ id, result: {} });
      break;
    case "session/prompt": {
      const content = params.prompt.find((block) => block.type === "text");
      send({ method: "session/update", params: { sessionId: params.sessionId, update: { sessionUpdate: "agent_message_chunk", content } } });
      send({ id, result: { stopReason: "end_turn" } });
      break;
    }
    default:
      if (id !== undefined) send({ id, error: { code: -32601, message: `${method} is not known here.` } });
  }
});
