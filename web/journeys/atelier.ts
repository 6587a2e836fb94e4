import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

/** The Atelier that the journeys walk through: one that runs, or one that is started for them. */
export interface RunningAtelier {
  url: string;
  token: string;
  /** Its data folder; null when it runs elsewhere, and then nothing can be killed. */
  data: string | null;
  /** A repository of some files, made for the journeys. */
  repository: string;
}

declare module "vitest" {
  export interface ProvidedContext {
    atelier: RunningAtelier;
  }
}

const launcher = new URL("../../atelier", import.meta.url).pathname;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const repository = makeRepository();
  const { ATELIER_URL: url, ATELIER_TOKEN: token } = process.env;
  if (url !== undefined && token !== undefined) {
    project.provide("atelier", { url, token, data: process.env.ATELIER_DATA ?? null, repository });
    return async () => rmSync(repository, { recursive: true });
  }
  const data = mkdtempSync(join(tmpdir(), "atelier-journeys-"));
  const port = await freePort();
  const up = spawn(launcher, ["up", "--data", data, "--port", String(port)], { stdio: ["ignore", "pipe", "pipe"] });
  const said: string[] = [];
  for (const stream of [up.stdout, up.stderr]) stream.on("data", (text) => said.push(String(text)));
  const ended = new Promise<never>((_, reject) =>
    up.once("exit", () => reject(new Error(`./atelier up ended:\n${said.join("")}`))),
  );
  ended.catch(() => {});
  const started = new Promise<void>((resolve) => {
    up.stdout.on("data", () => said.join("").includes("/login#code=") && resolve());
  });
  await Promise.race([started, ended]);
  project.provide("atelier", {
    url: `http://127.0.0.1:${port}`,
    token: readFileSync(join(data, "token"), "utf8").trim(),
    data,
    repository,
  });
  return async () => {
    execFileSync(launcher, ["down", "--yes", "--data", data], { stdio: "ignore" });
    rmSync(data, { recursive: true });
    rmSync(repository, { recursive: true });
  };
}

/** Process id of the server, as the product itself says. */
export function serverPid(data: string): number {
  const status: { processes: { role: string; pid: number }[] } = JSON.parse(
    execFileSync(launcher, ["status", "--json", "--data", data], { encoding: "utf8" }),
  );
  const server = status.processes.find((process) => process.role === "server");
  if (server === undefined) throw new Error("The status names no server.");
  return server.pid;
}

function makeRepository(): string {
  const folder = mkdtempSync(join(tmpdir(), "atelier-repository-"));
  const git = (...words: string[]) =>
    execFileSync("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", ...words], { cwd: folder });
  git("init", "--quiet", "--initial-branch=main");
  for (let number = 1; number <= 30; number++) {
    writeFileSync(join(folder, `chapter-${number}.md`), `# Chapter ${number}\n`);
  }
  git("add", "--all");
  git("commit", "--quiet", "--message", "Begin");
  return folder;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
