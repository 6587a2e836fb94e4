// The official schema, asked over standard input: one line that we would send to a program, one answer a line: null, or what is wrong.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(import.meta.url);
const Ajv = require("ajv/dist/2020").default;
const schema = JSON.parse(readFileSync(new URL("node_modules/@agentclientprotocol/sdk/schema/v1/schema.json", import.meta.url), "utf8"));
const ajv = new Ajv({ strict: false, validateFormats: false });
ajv.addSchema({ ...schema, $id: "acp" });

// The schema of parameters, by method, of what a client asks and tells.
const parameters = new Map();
for (const [name, definition] of Object.entries(schema.$defs)) {
  if (definition["x-side"] === "agent" && /(Request|Notification)$/.test(name)) {
    parameters.set(definition["x-method"], ajv.getSchema(`acp#/$defs/${name}`));
  }
}
const results = new Map(Object.entries(schema.$defs)
  .filter(([name, definition]) => definition["x-side"] === "client" && name.endsWith("Response"))
  .map(([name, definition]) => [definition["x-method"], ajv.getSchema(`acp#/$defs/${name}`)]));
const isError = ajv.getSchema("acp#/$defs/Error");
const isId = ajv.getSchema("acp#/$defs/RequestId");
const roots = { request: ["jsonrpc", "id", "method", "params"], notification: ["jsonrpc", "method", "params"] };

function judge({ line, answers }) {
  if (line.includes("\n")) return "a line end within";
  const message = JSON.parse(line);
  if (message.jsonrpc !== "2.0") return "jsonrpc";
  if ("id" in message && !isId(message.id)) return "id";
  if ("method" in message) {
    const allowed = roots["id" in message ? "request" : "notification"];
    const extra = Object.keys(message).filter((key) => !allowed.includes(key));
    if (extra.length > 0) return `extra ${extra}`;
    const valid = parameters.get(message.method);
    if (!valid) return `no method ${message.method}`;
    if (!valid(message.params)) return JSON.stringify(valid.errors);
    const known = Object.keys(schema.$defs[Object.keys(schema.$defs).find((name) => ajv.getSchema(`acp#/$defs/${name}`) === valid)].properties);
    const unknown = Object.keys(message.params).filter((key) => !known.includes(key) && key !== "value" && key !== "type");
    return unknown.length > 0 ? `unknown ${unknown}` : null;
  }
  const valid = "error" in message ? isError : results.get(answers);
  if (!valid) return `no answer for ${answers}`;
  return valid(message.error ?? message.result) ? null : JSON.stringify(valid.errors);
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(judge(JSON.parse(line)))}\n`);
}
