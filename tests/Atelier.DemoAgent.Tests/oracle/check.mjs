// Holds messages against the official schema: standard input is a list of {method, side, value}, where side says what the value is:
// the parameters of a call, or the result of an answer. Standard output is the list of what is wrong.
import { readFileSync } from "node:fs";
import Ajv2020 from "ajv/dist/2020.js";

const schema = JSON.parse(readFileSync(new URL("./node_modules/@agentclientprotocol/sdk/schema/v1/schema.json", import.meta.url)));
const ajv = new Ajv2020({ strict: false, allErrors: true, logger: false });
ajv.addFormat("uint16", true).addFormat("uint32", true).addFormat("uint64", true).addFormat("int32", true).addFormat("int64", true);
ajv.addFormat("double", true).addFormat("uri", true).addFormat("date-time", true);
ajv.addSchema(schema, "acp");

const names = Object.entries(schema.$defs).filter(([, definition]) => definition["x-method"]);
const problems = [];
for (const { method, side, value } of JSON.parse(readFileSync(0, "utf8"))) {
  const found = names.find(([name, definition]) => definition["x-method"] === method && name.endsWith("Response") === (side === "result"));
  if (!found) {
    problems.push(`${method} is no method of the protocol`);
  } else if (!ajv.validate(`acp#/$defs/${found[0]}`, value)) {
    problems.push(`${found[0]} ${JSON.stringify(value)}: ${ajv.errorsText()}`);
  }
}

console.log(JSON.stringify({ problems }));
