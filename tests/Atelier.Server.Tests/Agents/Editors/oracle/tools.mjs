// Calls tools with the official client: node tools.mjs http URL TOKEN | stdio PROGRAM ARGUMENT… Standard input is a list of {name, arguments}; prints what came of each.
import { readFileSync } from "node:fs";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const [way, where, ...rest] = process.argv.slice(2);
const transport = way === "http"
  ? new StreamableHTTPClientTransport(new URL(where), { requestInit: { headers: { Authorization: `Bearer ${rest[0]}` } } })
  : new StdioClientTransport({ command: where, args: rest, env: { ...process.env } });
const client = new Client({ name: "oracle", version: "1" });
await client.connect(transport);
const { tools } = await client.listTools();
const results = [];
for (const call of JSON.parse(readFileSync(0, "utf8"))) {
  const { content, isError } = await client.callTool(call);
  results.push({ isError: isError === true, text: content[0].text });
}
await client.close();
console.log(JSON.stringify({ tools: tools.map((tool) => tool.name), results }));
