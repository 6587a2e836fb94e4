// Writes src/contracts/openapi.ts, the types of what the server says and takes, from its description of its interface (src/contracts/openapi.json,
// which ./dev gen takes from the server). With --check it only says whether the file is as it should be.
import { readFileSync, writeFileSync } from "node:fs";
import openapiTypes, { astToString } from "openapi-typescript";

const description = JSON.parse(readFileSync(new URL("../src/contracts/openapi.json", import.meta.url), "utf8"));
const target = new URL("../src/contracts/openapi.ts", import.meta.url);

// The page names things, not routes.
const types = astToString(
  await openapiTypes({ ...description, paths: {} }, { alphabetize: true, defaultNonNullable: false }),
);
const text = `// Made by ./dev gen from openapi.json; changes here are lost.\n\n${types}`;

if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== text) {
    console.error("src/contracts/openapi.ts is not what openapi.json says. Run ./dev gen.");
    process.exit(1);
  }
} else {
  writeFileSync(target, text);
}
