import type { AgentProgram, Branch, HostMachine, ModelProvider, Repository, Session, Worker } from "@/contracts/http";
import type { NewsLists } from "@/contracts/news";
import { agents, inboxEntries, manyAgents } from "./agentFixtures";

const now = Date.parse("2026-06-01T10:00:00Z");

export function ago(minutes: number): string {
  return new Date(Date.now() - minutes * 60_000).toISOString();
}

function worker(values: Partial<Worker> & Pick<Worker, "id" | "name">): Worker {
  return { type: "agent", status: "running", epoch: 1, createdAt: ago(40), agentProgramId: "claude", ...values };
}

function session(values: Partial<Session> & Pick<Session, "id">): Session {
  return {
    type: "worktree",
    locationPath: "/srv/atelier/worktrees/acme/api/3",
    repositoryId: "rep_api",
    branch: "main",
    status: "active",
    createdAt: ago(60),
    hostId: "hst_1",
    createdBy: "usr_1",
    role: "owner",
    workers: [],
    ...values,
  };
}

const shell = (id: string, values: Partial<Worker> = {}) =>
  worker({ id, name: "shell", type: "terminal", agentProgramId: null, ...values });

const program = (
  values: Pick<AgentProgram, "id" | "name" | "commandTemplate"> & Partial<AgentProgram>,
): AgentProgram => ({
  isBuiltIn: true,
  isInstalled: true,
  askingPatterns: [],
  sandbox: "none",
  isForTerminals: true,
  protocol: "acp",
  isAcpInstalled: false,
  servedBy: "itself",
  ...values,
});

export const programs: AgentProgram[] = [
  program({
    id: "claude",
    name: "Claude Code",
    commandTemplate: "claude {{PROMPT}}",
    acpCommand: "claude-agent-acp",
    isAcpInstalled: true,
  }),
  program({
    id: "opencode",
    name: "opencode",
    commandTemplate: "opencode",
    acpCommand: "opencode acp",
    isAcpInstalled: true,
  }),
  program({
    id: "gemini",
    name: "Gemini CLI",
    isInstalled: false,
    commandTemplate: "gemini -i {{PROMPT}}",
    acpCommand: "gemini --acp",
    isAcpInstalled: false,
    package: { name: "@google/gemini-cli", version: "0.61.0" },
    note: "A conversation cannot be loaded within the minute it began in.",
  }),
  program({
    id: "demo",
    name: "Demo",
    commandTemplate: null,
    acpCommand: "atelier-demo-agent",
    isAcpInstalled: true,
    isForTerminals: false,
  }),
  program({
    id: "built-in",
    name: "Built-in agent",
    commandTemplate: null,
    isForTerminals: false,
    servedBy: "built-in-agent",
  }),
  program({ id: "own", name: "Reviewer", isBuiltIn: false, commandTemplate: "./tools/review {{PROMPT}}" }),
];

export const modelProviders: ModelProvider[] = [
  {
    id: "mpr_1",
    name: "Sonnet",
    kind: "anthropic",
    baseUrl: "https://api.anthropic.com",
    model: "claude-sonnet-4-5",
    hasApiKey: true,
    contextTokens: 200_000,
    maxOutputTokens: 16_000,
    isDefault: true,
    isConfigured: false,
  },
  {
    id: "configured",
    name: "qwen3-coder",
    kind: "openai-compatible",
    baseUrl: "http://127.0.0.1:11434/v1",
    model: "qwen3-coder",
    hasApiKey: false,
    contextTokens: 128_000,
    maxOutputTokens: 16_000,
    isDefault: false,
    isConfigured: true,
  },
];

export const hosts: HostMachine[] = [
  { id: "hst_1", name: "workbench", isLocal: true, isOnline: true },
  { id: "hst_2", name: "build-arm64", isLocal: false, isOnline: false, lastSeenAt: ago(14) },
];

export const repositories: Repository[] = [
  {
    id: "rep_api",
    owner: "acme",
    name: "api",
    provider: "git",
    status: "ready",
    url: "https://example.org/acme/api.git",
    hostId: "hst_1",
    copyFiles: [],
    templateFiles: {},
    role: "owner",
    createdAt: ago(90_000),
    defaultBranch: "main",
  },
  {
    id: "rep_site",
    owner: "local",
    name: "site",
    provider: "directory",
    status: "ready",
    path: "/home/ada/code/site",
    hostId: "hst_1",
    role: "owner",
    createdAt: ago(80_000),
    defaultBranch: "trunk",
    setupCommand: "npm ci",
    copyFiles: [".env*"],
    templateFiles: { ".env.local": "PORT={{WORKTREE_NUM + 3000}}\n" },
  },
];

const branch = (name: string, minutes: number, values: Partial<Branch> = {}): Branch => ({
  name,
  commit: "4d1c0ffee",
  committedAt: ago(minutes),
  subject: "",
  isRemoteOnly: false,
  ...values,
});

export const branches: Branch[] = [
  branch("main", 190, { subject: "Merge login fix" }),
  branch("fix/login-redirect-loses-query-string", 25, { worktreePath: "/srv/w/2" }),
  branch("feature/search", 2900),
  branch("release/4.2", 90_000, { isRemoteOnly: true }),
];

export const sessions: Session[] = [
  session({
    id: "ses_agent",
    branch: "atelier/add-a-json-flag-3f9a2c",
    createdAt: ago(12),
    workers: [worker({ id: "wrk_agent", name: "Claude Code", activityState: "unknown" })],
  }),
  session({
    id: "ses_login",
    branch: "fix/login-redirect-loses-query-string",
    title: "Login loses the query string",
    createdAt: ago(25),
    workers: [
      worker({ id: "wrk_login", name: "Claude Code", activityState: "asking" }),
      shell("wrk_login_shell"),
      worker({ id: "wrk_login_oc", name: "opencode", agentProgramId: "opencode", activityState: "active" }),
    ],
  }),
  session({
    id: "ses_search",
    branch: "feature/search",
    createdAt: ago(8),
    workers: [worker({ id: "wrk_search", name: "Claude Code", activityState: "active" }), shell("wrk_search_shell")],
  }),
  session({
    id: "ses_site",
    repositoryId: "rep_site",
    branch: "redesign",
    title: "Redesign of the start page",
    createdAt: ago(200),
    workers: [worker({ id: "wrk_site", name: "opencode", agentProgramId: "opencode", activityState: "idle" })],
  }),
  session({
    id: "ses_logs",
    type: "quick",
    title: "Logs",
    locationPath: "/var/log/nginx",
    repositoryId: null,
    branch: null,
    createdAt: ago(1500),
    workers: [shell("wrk_logs", { name: "tail" }), shell("wrk_logs_2", { name: "psql", status: "reconnecting" })],
  }),
  session({
    id: "ses_lost",
    branch: "spike/postgres-18",
    createdAt: ago(3000),
    workers: [
      worker({ id: "wrk_lost", name: "Claude Code", status: "lost", activityState: "unknown" }),
      shell("wrk_lost_2"),
    ],
  }),
  session({
    id: "ses_done",
    branch: "chore/upgrade-dependencies",
    createdAt: ago(5000),
    workers: [worker({ id: "wrk_done", name: "opencode", agentProgramId: "opencode", status: "exited", exitCode: 0 })],
  }),
  session({
    id: "ses_empty",
    type: "quick",
    repositoryId: null,
    branch: null,
    locationPath: "/home/ada/code",
    createdAt: ago(9000),
  }),
  session({
    id: "ses_starting",
    branch: "fix/flaky-tests",
    createdAt: ago(0.2),
    workers: [worker({ id: "wrk_new", name: "Claude Code", status: "starting" })],
  }),
];

export const lists: NewsLists = {
  sessions,
  hosts,
  repositories,
  agentPrograms: programs,
  agents,
  inboxItems: inboxEntries,
};

export const emptyServer: NewsLists = {
  sessions: [],
  hosts: hosts.slice(0, 1),
  repositories: [],
  agentPrograms: programs,
  agents: [],
  inboxItems: [],
};

export function manySessions(number: number): NewsLists {
  const states = ["active", "idle", "asking", "active", "idle", "idle"] as const;
  return {
    ...lists,
    agents: manyAgents(number),
    sessions: Array.from({ length: number }, (_, index) =>
      session({
        id: `ses_${index}`,
        branch: `task/${index}-${["search", "login", "billing", "export"][index % 4]}`,
        createdAt: new Date(now - index * 3_600_000).toISOString(),
        workers: [worker({ id: `wrk_${index}`, name: "Claude Code", activityState: states[index % 6] ?? "idle" })],
      }),
    ),
  };
}

const csi = "\u001b[";

export const agentScreen = [
  `${csi}1m● Update(src/login/redirect.ts)${csi}0m`,
  `  ⎿  Updated with 4 additions and 1 removal`,
  `     ${csi}90m41${csi}0m    const target = new URL(request.url);`,
  `     ${csi}90m42${csi}0m ${csi}31m-  target.search = "";${csi}0m`,
  `     ${csi}90m42${csi}0m ${csi}32m+  const next = target.searchParams.get("next");${csi}0m`,
  `     ${csi}90m43${csi}0m ${csi}32m+  if (next !== null && isOwnPath(next)) {${csi}0m`,
  `     ${csi}90m44${csi}0m ${csi}32m+    return redirect(next);${csi}0m`,
  `     ${csi}90m45${csi}0m ${csi}32m+  }${csi}0m`,
  "",
  `${csi}1m● Bash(npm test -- login)${csi}0m`,
  `  ⎿  ${csi}32m✓${csi}0m keeps the query string over a redirect (12 ms)`,
  `     ${csi}32m✓${csi}0m refuses an address of another origin (3 ms)`,
  `     ${csi}33m!${csi}0m 1 test was skipped   日本語 ok 🎨`,
  "",
  `${csi}36m╭──────────────────────────────────────────────────────────╮${csi}0m`,
  `${csi}36m│${csi}0m ${csi}1mBash command${csi}0m                                             ${csi}36m│${csi}0m`,
  `${csi}36m│${csi}0m   git push origin fix/login-redirect                     ${csi}36m│${csi}0m`,
  `${csi}36m│${csi}0m Do you want to proceed?                                  ${csi}36m│${csi}0m`,
  `${csi}36m│${csi}0m ${csi}34m❯ 1. Yes${csi}0m                                                 ${csi}36m│${csi}0m`,
  `${csi}36m│${csi}0m   2. No, and tell what to do differently                 ${csi}36m│${csi}0m`,
  `${csi}36m╰──────────────────────────────────────────────────────────╯${csi}0m`,
].join("\r\n");

export const shellScreen = [
  `${csi}32mada@workbench${csi}0m:${csi}34m~/api${csi}0m$ git status --short`,
  ` ${csi}31mM${csi}0m src/login/redirect.ts`,
  `${csi}31m??${csi}0m src/login/redirect.test.ts`,
  `${csi}32mada@workbench${csi}0m:${csi}34m~/api${csi}0m$ https://example.org/docs `,
].join("\r\n");
