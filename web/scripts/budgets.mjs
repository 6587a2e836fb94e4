// Fails when the first load outgrows its budget, when the terminal is not lazy, or when development-only code ships.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const shellLimit = 180 * 1024;
const terminalLimit = 175 * 1024;

const manifest = JSON.parse(readFileSync("dist/manifest.json", "utf8"));
const gzip = (file) => gzipSync(readFileSync(join("dist", file)), { level: 9 }).length;

function closure(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) closure(next, seen);
  return seen;
}

function filesOf(keys) {
  const files = new Set();
  for (const key of keys) {
    files.add(manifest[key].file);
    for (const css of manifest[key].css ?? []) files.add(css);
  }
  return files;
}

const sum = (files) => [...files].reduce((total, file) => total + gzip(file), 0);
const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;

const shell = closure("index.html");
const shellFiles = filesOf(shell);
const shellSize = sum(shellFiles) + gzip("index.html");
const terminalKey = Object.keys(manifest).find((key) => key.endsWith("terminals/TerminalPane.tsx"));
const failures = [];

if (shellSize > shellLimit) failures.push(`the shell is ${kilobytes(shellSize)} gzip, over ${kilobytes(shellLimit)}`);
if (terminalKey === undefined) failures.push("the terminal is not a lazy chunk");
else {
  const terminalFiles = filesOf(closure(terminalKey));
  for (const file of shellFiles) terminalFiles.delete(file);
  const size = sum(terminalFiles);
  console.log(`terminal (lazy): ${kilobytes(size)} gzip`);
  if (size > terminalLimit) failures.push(`the terminal is ${kilobytes(size)} gzip, over ${kilobytes(terminalLimit)}`);
}

for (const name of readdirSync("dist", { recursive: true })) {
  const path = join("dist", String(name));
  if (!/\.(js|html)$/.test(path) || !statSync(path).isFile()) continue;
  const text = readFileSync(path, "utf8");
  if (/galleryStage|FakeServer/.test(text)) failures.push(`${path} contains development-only code`);
  if (path.endsWith(".html") && /<script(?![^>]*\bsrc=)|<style|\son\w+=/.test(text)) {
    failures.push(`${path} has an inline script or style that the content policy would block`);
  }
}

console.log(`shell (first load): ${kilobytes(shellSize)} gzip of ${kilobytes(shellLimit)}`);
for (const failure of failures) console.error(`budget: ${failure}`);
process.exit(failures.length > 0 ? 1 : 0);
