import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));

/** The programs and how each is pointed at the model server: the same table that the C# tests read. */
export const programs = JSON.parse(
  readFileSync(path.join(here, "../../Atelier.TestKit/Agents/agent-programs.json"), "utf8"),
);

const filler = (text, places) => text.replaceAll(/\{(url|home|cwd)\}/g, (_, name) => places[name]);

/** Makes a fresh home with the program's settings and a small repository in it; gives command and environment. */
export function prepareHome(name, { home, bin, url }) {
  const program = programs[name];
  const cwd = path.join(home, "project");
  const places = { url, home, cwd };
  rmSync(home, { recursive: true, force: true });
  mkdirSync(cwd, { recursive: true });

  for (const [file, content] of Object.entries(program.files)) {
    const target = path.join(home, file);
    const text = Array.isArray(content) ? content.join("\n") + "\n" : JSON.stringify(content, null, 2);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, filler(text, places));
  }

  const environment = {
    PATH: `${bin}:${path.dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    HOME: home,
    USER: "dev",
    LOGNAME: "dev",
    SHELL: "/bin/bash",
    TERM: "xterm-256color",
    COLORTERM: "truecolor",
    LANG: "C.UTF-8",
    TZ: "UTC",
  };
  for (const [variable, value] of Object.entries(program.environment)) {
    environment[variable] = filler(value, places);
  }

  makeRepository(cwd, environment);
  return { command: program.command, environment, cwd };
}

/** What the scripts of the model run; no program knows them as harmless. */
const commands = {
  "build.sh": ["sleep ${1:-9}", "echo built > built.txt", "echo built"],
  "test.sh": ["for test in $(seq ${1:-40}); do echo test $test passed; sleep 0.2; done"],
  "clean.sh": ["rm -f built.txt", "echo cleaned"],
};

function makeRepository(cwd, environment) {
  const git = (...args) =>
    execFileSync("git", ["-c", "user.name=Dev", "-c", "user.email=dev@example.org", ...args], {
      cwd,
      env: { ...environment, GIT_AUTHOR_DATE: "2026-01-05T10:00:00Z", GIT_COMMITTER_DATE: "2026-01-05T10:00:00Z" },
      stdio: "ignore",
    });
  mkdirSync(path.join(cwd, "src"));
  writeFileSync(path.join(cwd, "README.md"), "# Project\n\nA table of files and what they hold.\n");
  writeFileSync(path.join(cwd, "src/table.txt"), Array.from({ length: 40 }, (_, at) => `row ${at}`).join("\n") + "\n");
  for (const [name, lines] of Object.entries(commands)) {
    writeFileSync(path.join(cwd, name), ["#!/bin/bash", ...lines, ""].join("\n"), { mode: 0o755 });
  }

  git("init", "-b", "main");
  git("add", "-A");
  git("commit", "-m", "Begin");
}
