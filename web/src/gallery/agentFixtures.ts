import type { AgentEvent } from "@/contracts/agentEvents";
import type {
  Agent,
  AgentRequest,
  AgentWithAll,
  FoundPlace,
  InboxEntry,
  InboxItem,
  PermissionRule,
  Turn,
  WorkSession,
} from "@/contracts/http";

function ago(minutes: number): string {
  return new Date(Date.now() - minutes * 60_000).toISOString();
}

const doings: Partial<Record<Agent["activity"], Agent["doing"]>> = {
  "needs-you": "waiting",
  "to-review": "to-review",
  failed: "failed",
  idle: "idle",
  done: "idle",
};

function agent(values: Partial<Agent> & Pick<Agent, "id" | "taskRequest" | "activity">): Agent {
  return {
    status: "active",
    agentProgramId: "claude",
    repositoryId: "rep_api",
    repositoryOwner: "acme",
    repositoryName: "api",
    branch: "atelier/add-a-json-flag-3f9a2c",
    baseBranch: "main",
    hostId: "hst_1",
    sessionId: "ses_agent",
    userId: "usr_1",
    role: "owner",
    openRequests: 0,
    queuedTurns: 0,
    doing: doings[values.activity] ?? "working",
    createdAt: ago(12),
    ...values,
  };
}

const spending = { tokens: 48_200, workedSeconds: 310, cost: 0.42, currency: "USD" };

export const agents: Agent[] = [
  agent({
    id: "agt_flag",
    title: "Add a --json flag to export",
    taskRequest: "Add a --json flag to the export command and test it.",
    activity: "needs-you",
    openRequests: 1,
    queuedTurns: 1,
  }),
  agent({
    id: "agt_login",
    taskRequest: "Login loses the query string after a redirect\n\nFind out why and fix it.",
    activity: "working",
    branch: "atelier/login-loses-the-query-b1c2d3",
    createdAt: ago(3),
  }),
  agent({
    id: "agt_new",
    taskRequest: "Upgrade PostgreSQL to 18",
    status: "preparing",
    activity: "preparing",
    branch: "atelier/upgrade-postgresql-to-18-77aa01",
    sessionId: null,
    createdAt: ago(0.1),
  }),
  agent({
    id: "agt_docs",
    title: "Describe the export formats",
    taskRequest: "Describe the export formats",
    activity: "to-review",
    agentProgramId: "opencode",
    userId: "usr_2",
    branch: "atelier/describe-the-export-formats-90ffe1",
    createdAt: ago(95),
  }),
  agent({
    id: "agt_failed",
    taskRequest: "Move billing to the new queue",
    activity: "failed",
    branch: "atelier/move-billing-to-the-new-queue-0c4d11",
    queuedTurns: 1,
    createdAt: ago(40),
  }),
  agent({
    id: "agt_signin",
    taskRequest: "Sort the imports of the whole project",
    activity: "needs-you",
    openRequests: 1,
    queuedTurns: 1,
    branch: "atelier/sort-the-imports-77bc12",
    createdAt: ago(6),
  }),
  agent({
    id: "agt_done",
    title: "Remove the old importer",
    taskRequest: "Remove the old importer",
    status: "completed",
    activity: "done",
    branch: "atelier/remove-the-old-importer-aa0042",
    createdAt: ago(3000),
    completedAt: ago(2900),
  }),
  agent({
    id: "agt_archived",
    title: "Try another colour",
    taskRequest: "Try another colour",
    status: "cancelled",
    activity: "done",
    archivedAt: ago(8000),
    createdAt: ago(9000),
    completedAt: ago(8990),
  }),
];

const thread = { id: "thr_1", status: "active", isHeld: false, programThreadId: "p1" } as const;

const main: WorkSession = {
  id: "wks_main",
  name: "Main",
  agentType: "zed_agent",
  status: "active",
  isHeld: false,
  thread,
  createdAt: ago(12),
  modes: [
    { id: "ask", name: "Ask before edits" },
    { id: "code", name: "Edit freely" },
    { id: "plan", name: "Plan only" },
  ],
  currentModeId: "ask",
  configOptions: [
    {
      id: "model",
      name: "Model",
      category: "model",
      type: "select",
      currentValue: "large",
      options: [
        { value: "large", name: "Large 4.5" },
        { value: "small", name: "Small 4.5" },
      ],
    },
    { id: "web", name: "Web search", type: "boolean", currentValue: false },
  ],
  commands: [
    { name: "review", description: "Looks at the changes of this branch" },
    { name: "compact", description: "Shortens the conversation so far" },
    { name: "init", description: "Writes down how this project works" },
  ],
};

const builtIn: WorkSession = {
  ...main,
  id: "wks_built_in",
  name: "Security review",
  agentType: "helix_agent",
  thread: null,
  currentModeId: "ask",
};

const review: WorkSession = {
  ...main,
  id: "wks_review",
  name: "Review",
  status: "pending",
  thread: { ...thread, id: "thr_2", status: "pending" },
};

function turn(values: Partial<Turn> & Pick<Turn, "id" | "text">): Turn {
  return {
    workSessionId: "wks_main",
    state: "done",
    attempt: 1,
    images: 0,
    position: 1024,
    createdBy: "usr_1",
    createdAt: ago(12),
    dispatchedAt: ago(11.8),
    ...values,
  };
}

const first = turn({
  id: "turn_1",
  text: "Add a --json flag to the export command and test it.",
  finishedAt: ago(8.2),
  stopReason: "end_turn",
});
const second = turn({
  id: "turn_2",
  text: "Good. Now make it the default for pipes, and run the whole suite.",
  state: "running",
  position: 2048,
  createdAt: ago(2),
  dispatchedAt: ago(1.9),
  createdBy: "usr_2",
});
const third = turn({
  id: "turn_3",
  text: "Then update the changelog.",
  state: "queued",
  position: 3072,
  dispatchedAt: null,
  createdAt: ago(1),
});
const fourth = turn({ ...third, id: "turn_4", text: "And open a draft of the pull request.", position: 4096 });

export const permission: AgentRequest = {
  id: "req_1",
  what: "permission",
  state: "open",
  workSessionId: "wks_main",
  turnId: "turn_2",
  createdAt: ago(0.6),
  payload: {
    sessionId: "p1",
    toolCall: {
      toolCallId: "call_9",
      title: "npm test -- --run export",
      kind: "execute",
      status: "pending",
      rawInput: { command: "npm test -- --run export", description: "Run the tests of the export command" },
    },
    options: [
      { optionId: "allow", name: "Allow once", kind: "allow_once" },
      { optionId: "always", name: "Always allow npm test", kind: "allow_always" },
      { optionId: "reject", name: "No", kind: "reject_once" },
    ],
  },
};

const edit: AgentRequest = {
  ...permission,
  id: "req_2",
  createdAt: ago(4),
  payload: {
    toolCall: {
      toolCallId: "call_3",
      title: "Edit export.ts",
      kind: "edit",
      content: [
        {
          type: "diff",
          path: "/srv/w/7/src/login/redirect.ts",
          oldText:
            'import { isOwnPath } from "./paths";\n\nexport function after(request: Request) {\n  const target = new URL(request.url);\n  target.search = "";\n  return redirect(target);\n}\n',
          newText:
            'import { isOwnPath } from "./paths";\n\nexport function after(request: Request) {\n  const target = new URL(request.url);\n  const next = target.searchParams.get("next");\n  if (next !== null && isOwnPath(next)) return redirect(next);\n  return redirect(target);\n}\n',
        },
      ],
    },
    options: [
      { optionId: "allow", name: "Allow", kind: "allow_once" },
      { optionId: "reject", name: "Reject", kind: "reject_once" },
    ],
  },
};

const question: AgentRequest = {
  ...permission,
  id: "req_3",
  what: "question",
  createdAt: ago(9),
  payload: {
    message: "Which database should the tests use? The **local** one is faster.",
    requestedSchema: {
      properties: {
        database: {
          type: "string",
          title: "Database",
          enum: ["local", "ci"],
          enumNames: ["The local one", "That of CI"],
        },
        keep: { type: "boolean", title: "Keep its data", description: "Else it is emptied before each run." },
      },
      required: ["database"],
    },
  },
};

const login: AgentRequest = {
  ...permission,
  id: "req_4",
  what: "login",
  turnId: null,
  createdAt: ago(5),
  payload: {
    message: "Authentication required",
    methods: [
      { id: "browser", name: "Log in with a browser", description: "Opens on the machine that the program runs on." },
      { id: "tty", name: "Log in in a terminal", type: "terminal" },
      { id: "key", name: "an API key", type: "env_var", vars: [{ name: "ANTHROPIC_API_KEY" }] },
    ],
  },
};

type Said = AgentEvent extends infer One ? (One extends AgentEvent ? Pick<One, "kind" | "payload"> : never) : never;

const say = (text: string): Said => ({ kind: "agent-message", payload: { content: { type: "text", text } } });
const think = (text: string): Said => ({ kind: "agent-thought", payload: { content: { type: "text", text } } });
const changed = (turn: Turn): Said => ({ kind: "turn-changed", payload: { turn } });
const tool = (payload: Extract<AgentEvent, { kind: "tool-call" }>["payload"]): Said => ({ kind: "tool-call", payload });

function told(from: number, turnId: string, said: readonly Said[], minutes: number): AgentEvent[] {
  return said.map((one, index) => ({
    ...one,
    seq: from + index,
    at: ago(minutes - index * 0.04),
    workSessionId: "wks_main",
    turnId,
  }));
}

const answer = `The flag is there. \`export --json\` writes one object per row, and the tests cover both forms:

| form | test |
|---|---|
| table | \`export.test.ts\` |
| JSON | \`export.json.test.ts\` |

1. **Rows** are streamed, so that a big table needs no memory.
2. Dates are ISO 8601, as in the [API](https://example.org/docs).

\`\`\`ts
export function* rowsAsJson(rows: Iterable<Row>) {
  for (const row of rows) yield JSON.stringify(row);
}
\`\`\`

Shall I make it the default when the output is a pipe?`;

const firstTurn: Said[] = [
  changed({ ...first, state: "sent", finishedAt: null, stopReason: null }),
  think("The export command lives in src/export. I should look at how the table is written before I add another form."),
  say("I'll look at how the command writes its table first."),
  {
    kind: "plan",
    payload: {
      entries: [
        { content: "Read the export command", status: "completed" },
        { content: "Add the flag", status: "completed" },
        { content: "Test both forms", status: "completed" },
      ],
    },
  },
  tool({
    toolCallId: "call_1",
    title: "Read export.ts",
    kind: "read",
    status: "pending",
    locations: [{ path: "/srv/w/7/src/export/export.ts" }, { path: "/srv/w/7/src/export/rows.ts" }],
  }),
  tool({
    toolCallId: "call_1",
    status: "completed",
    content: [{ type: "content", content: { type: "text", text: "…" } }],
  }),
  tool({
    toolCallId: "call_2",
    title: "Edit export.ts",
    kind: "edit",
    status: "in_progress",
    content: [
      {
        type: "diff",
        path: "/srv/w/7/src/export/export.ts",
        oldText: "export function write(rows: Row[]) {\n  return table(rows);\n}\n",
        newText:
          "export function write(rows: Row[], isJson: boolean) {\n  if (isJson) return rowsAsJson(rows);\n  return table(rows);\n}\n",
      },
    ],
  }),
  tool({ toolCallId: "call_2", status: "completed" }),
  tool({
    toolCallId: "call_4",
    title: "Run tests",
    kind: "execute",
    rawInput: { command: "npm test -- --run export" },
  }),
  tool({
    toolCallId: "call_4",
    status: "failed",
    rawOutput: { exitCode: 1 },
    content: [
      { type: "content", content: { type: "text", text: "FAIL  export.json.test.ts\n  expected 2 rows, got 1\n" } },
    ],
  }),
  tool({ toolCallId: "call_5", title: "Search for rowsAsJson", kind: "search", status: "completed" }),
  { kind: "noise", payload: { text: "warning: 1 deprecated option in settings" } },
  say(answer),
  { kind: "usage", payload: { used: 68_000, size: 200_000, cost: { amount: 0.42, currency: "USD" } } },
  changed(first),
];

const secondTurn: Said[] = [
  changed({ ...second, state: "sent" }),
  changed(second),
  say("Pipes get JSON now. I'd like to run the suite to be sure."),
  {
    kind: "plan",
    payload: {
      entries: [
        { content: "Make JSON the default for pipes", status: "completed" },
        { content: "Run the whole suite", status: "in_progress" },
        { content: "Fix what fails", status: "pending" },
      ],
    },
  },
  tool({
    toolCallId: "call_9",
    title: "npm test -- --run export",
    kind: "execute",
    status: "pending",
    rawInput: { command: "npm test -- --run export" },
  }),
  { kind: "request-changed", payload: { request: permission } },
];

const flagEvents = [...told(1, "turn_1", firstTurn, 11.8), ...told(1 + firstTurn.length, "turn_2", secondTurn, 1.9)];

const instance: NonNullable<AgentWithAll["instance"]> = {
  id: "ins_1",
  status: "active",
  workerId: "wrk_agent",
  projectPath: "/srv/w/7",
  programName: "Claude Code",
  programVersion: "2.1",
  takesImages: true,
  createdAt: ago(12),
};

export interface AgentOnServer {
  whole: AgentWithAll;
  events: AgentEvent[];
  /** Comes piece by piece after the page is there. */
  later?: AgentEvent[];
}

function find(id: string): Agent {
  const found = agents.find((each) => each.id === id);
  if (found === undefined) throw new Error(`There is no agent ${id}.`);
  return found;
}

const failedTurn = turn({
  id: "turn_f",
  text: "Move billing to the new queue",
  state: "failed",
  problem: "The program wants somebody to log in first: run “claude login” on workbench.",
  finishedAt: ago(39),
  createdAt: ago(40),
  dispatchedAt: ago(39.9),
});

const streaming = turn({
  ...second,
  id: "turn_s",
  text: "Login loses the query string after a redirect\n\nFind out why and fix it.",
  createdBy: "usr_1",
});

const words =
  "The query string is lost in `redirect.ts`: **search** is set to nothing before the address is read. ".split(" ");

export const servedAgents: Record<string, AgentOnServer> = {
  agt_flag: {
    whole: {
      agent: find("agt_flag"),
      workSessions: [main, review],
      instance,
      turns: [first, second, third, fourth],
      requests: [permission],
      spending,
    },
    events: flagEvents,
  },
  agt_login: {
    whole: { agent: find("agt_login"), workSessions: [main], instance, turns: [streaming], requests: [], spending },
    events: told(
      1,
      "turn_s",
      [
        changed({ ...streaming, state: "sent" }),
        think("Where is the address built?"),
        tool({ toolCallId: "c", title: "Search", kind: "search", status: "completed" }),
      ],
      2,
    ),
    later: told(
      4,
      "turn_s",
      Array.from({ length: 12 }, (_, round) =>
        words.map((word) => say(`${word}${round % 3 === 2 && word === "" ? "\n\n" : " "}`)),
      ).flat(),
      1,
    ),
  },
  agt_new: {
    whole: {
      agent: find("agt_new"),
      workSessions: [{ ...main, status: "pending", thread: { ...thread, status: "pending" } }],
      instance: { ...instance, status: "pending", takesImages: false },
      turns: [
        turn({
          id: "turn_n",
          text: "Upgrade PostgreSQL to 18",
          state: "queued",
          dispatchedAt: null,
          createdAt: ago(0.1),
        }),
      ],
      requests: [],
      spending,
    },
    events: [],
  },
  agt_docs: {
    whole: { agent: find("agt_docs"), workSessions: [main], instance, turns: [], requests: [], spending },
    events: Array.from({ length: 900 }, (_, index) =>
      told(index + 1, `turn_${Math.floor(index / 9)}`, [manyEvents(index)], 90 - index / 12),
    ).flat(),
  },
  agt_failed: {
    whole: {
      agent: find("agt_failed"),
      workSessions: [{ ...main, isHeld: true, thread: { ...thread, status: "disconnected", isHeld: true } }],
      instance: { ...instance, status: "failed", problem: "Not logged in." },
      turns: [failedTurn, { ...third, text: "Then remove the old queue." }],
      requests: [],
      spending,
    },
    events: told(1, "turn_f", [changed({ ...failedTurn, state: "sent", problem: null }), changed(failedTurn)], 39.9),
  },
  agt_signin: {
    whole: {
      agent: find("agt_signin"),
      workSessions: [{ ...main, thread: { ...thread, status: "pending", isHeld: true } }],
      instance: { ...instance, login: { state: "needed", problem: "Authentication required" } },
      turns: [{ ...third, id: "turn_l", text: "Sort the imports of the whole project" }],
      requests: [login],
      spending,
    },
    events: [
      { kind: "request-changed", payload: { request: login }, seq: 1, at: ago(5), workSessionId: null, turnId: null },
    ],
  },
  agt_done: {
    whole: {
      agent: find("agt_done"),
      workSessions: [{ ...main, status: "completed" }, builtIn],
      instance: { ...instance, status: "completed" },
      turns: [first],
      requests: [],
      spending,
    },
    events: [...told(1, "turn_1", [...firstTurn], 2990), ...reviewed(1 + firstTurn.length)],
  },
};

/** What a built-in thread says that is its own: an answer that broke off, and a summary. */
function reviewed(from: number): AgentEvent[] {
  const asked = turn({
    id: "turn_b",
    workSessionId: "wks_built_in",
    text: "Look over what the others did. Is anything unsafe?",
  });
  const said = (text: string, messageId: string): Said => ({
    kind: "agent-message",
    payload: { messageId, content: { type: "text", text } },
  });
  const events = told(
    from,
    "turn_b",
    [
      changed({ ...asked, state: "sent" }),
      tool({ toolCallId: "stp_1", title: "Look at the other threads", kind: "think", status: "completed" }),
      tool({
        toolCallId: "stp_2",
        title: "Read src/export.ts",
        kind: "read",
        status: "completed",
        locations: [{ path: "/srv/w/7/src/export.ts" }],
      }),
      said("The export writes what it", "stp_3.1"),
      {
        kind: "answer-cut",
        payload: { messageId: "stp_3.1", problem: "The model endpoint is busy or broken (529): Overloaded." },
      },
      {
        kind: "summed-up",
        payload: { text: "The flag was added and tested. Left: look at how names of files are made." },
      },
      said("Nothing is unsafe: names of files are made from ids alone, and the flag changes no rights.", "stp_3.2"),
      { kind: "usage", payload: { used: 21_400, size: 128_000 } },
      changed({ ...asked, state: "done", finishedAt: ago(2970), stopReason: "end_turn" }),
    ],
    2980,
  );
  return events.map((one) => ({ ...one, workSessionId: "wks_built_in" }));
}

function manyEvents(index: number): Said {
  const number = Math.floor(index / 9);
  const one = turn({
    id: `turn_${number}`,
    text: `Describe format ${number + 1}`,
    position: number,
    stopReason: "end_turn",
  });
  switch (index % 9) {
    case 0:
      return changed({ ...one, state: "sent" });
    case 1:
      return think("Let me look at what is there.");
    case 8:
      return changed({ ...one, finishedAt: ago(10) });
    case 7:
      return say(`Format ${number + 1} is described in \`docs/formats/${number + 1}.md\`, with an example of its own.`);
    default:
      return tool({
        toolCallId: `c${index}`,
        kind: index % 2 === 0 ? "read" : "edit",
        status: "completed",
        locations: [{ path: `/srv/w/7/docs/formats/${index}.md` }],
      });
  }
}

function item(values: Partial<InboxItem> & Pick<InboxItem, "id" | "kind" | "title" | "agent">): InboxItem {
  return { state: "open", threadName: "Main", projectPath: "/srv/w/7", createdAt: ago(2), ...values };
}

export const inbox: InboxItem[] = [
  item({ id: "inb_3", kind: "question", title: "Which format?", agent: find("agt_docs"), request: question }),
  item({ id: "inb_2", kind: "permission", title: "Edit login.ts", agent: find("agt_login"), request: edit }),
  item({
    id: "inb_1",
    kind: "permission",
    title: "npm test -- export",
    agent: find("agt_flag"),
    request: permission,
    expiresAt: ago(-30),
    remembers: { toolKind: "execute", text: "npm test -- export", folder: "", words: ["npm test"] },
  }),
  item({
    id: "inb_4",
    kind: "budget",
    title: "200,000 tokens are used up.",
    agent: find("agt_docs"),
    createdAt: ago(4),
  }),
  item({
    id: "inb_5",
    kind: "failed",
    title: "Upgrade the dependencies and run everything once",
    summary: "The program ended in the middle of it: it ended with exit code 137. Its last words: out of memory",
    agent: find("agt_failed"),
    createdAt: ago(7),
  }),
  item({
    id: "inb_6",
    kind: "finished",
    title: "Describe the export formats",
    agent: find("agt_docs"),
    createdAt: ago(31),
  }),
];

export const inboxEntries: InboxEntry[] = inbox.map(({ id, kind, state, title, agent, createdAt }) => ({
  id,
  kind,
  state,
  title,
  agentId: agent.id,
  createdAt,
}));

export const inboxHistory: InboxItem[] = [
  item({
    id: "inb_7",
    kind: "permission",
    state: "answered",
    answer: "allow_once",
    ruleId: "rul_1",
    rule: "npm run lint",
    title: "npm run lint",
    agent: find("agt_flag"),
    answeredAt: ago(9),
  }),
  item({
    id: "inb_8",
    kind: "permission",
    state: "answered",
    answer: "reject_once",
    answeredBy: "usr_2",
    answeredByName: "Grace Hopper",
    title: "git push --force origin main && git tag --delete v2 && git push origin :refs/tags/v2",
    agent: find("agt_login"),
    answeredAt: ago(44),
  }),
  item({
    id: "inb_9",
    kind: "question",
    state: "expired",
    title: "Which of the two databases is the one to migrate?",
    agent: find("agt_docs"),
    answeredAt: ago(70),
  }),
  item({
    id: "inb_10",
    kind: "finished",
    state: "dismissed",
    answeredBy: "usr_1",
    answeredByName: "Ada Lovelace",
    title: "Describe the export formats",
    agent: find("agt_docs"),
    answeredAt: ago(130),
  }),
  item({
    id: "inb_11",
    kind: "permission",
    state: "withdrawn",
    title: "rm -r dist",
    agent: find("agt_failed"),
    answeredAt: ago(900),
  }),
];

const rule: PermissionRule = {
  id: "rul_1",
  repositoryId: "rep_api",
  toolKind: "execute",
  subject: "command",
  match: "exact",
  pattern: "npm run lint",
  folder: "",
  decision: "allow",
  createdBy: "usr_1",
  createdAt: ago(4000),
  lastUsedAt: ago(9),
  timesUsed: 12,
};

export const rules: PermissionRule[] = [
  rule,
  { ...rule, id: "rul_2", match: "prefix", pattern: "npm test", folder: "web", timesUsed: 0, lastUsedAt: null },
  { ...rule, id: "rul_3", decision: "deny", pattern: "git push --force", agentProgramId: "claude", timesUsed: 1 },
];

function found(id: string, seq: number, kind: "prompt" | "message", snippet: string, minutes: number): FoundPlace {
  const { title, taskRequest, archivedAt } = find(id);
  return {
    agent: { id, taskRequest, ...(title ? { title } : {}), ...(archivedAt ? { archivedAt } : {}) },
    workSession: { id: "wks_main", name: "Main" },
    turnId: `turn_${seq}`,
    seq,
    kind,
    snippet,
    marks: [...snippet.matchAll(/export/gi)].map((match) => ({ start: match.index, length: match[0].length })),
    at: ago(minutes),
  };
}

export const foundPlaces: FoundPlace[] = [
  found("agt_flag", 1, "prompt", "Add a --json flag to the export command and test it.", 12),
  found(
    "agt_docs",
    475,
    "message",
    "…each export format has a page of its own in docs/formats. The exporter of src/export/csv.ts writes a header line unless --no-header is given, and quotes what holds a comma…",
    95,
  ),
  found("agt_archived", 40, "message", "The colours of the export button come from the theme now.", 8995),
];

export function manyAgents(number: number): Agent[] {
  const activities = ["working", "needs-you", "to-review", "failed", "working", "done"] as const;
  return Array.from({ length: number }, (_, index) => {
    const activity = activities[index % 6] ?? "working";
    return agent({
      id: `agt_${index}`,
      title: `Task ${index}: ${["search", "login", "billing", "export"][index % 4]}`,
      taskRequest: "",
      activity,
      openRequests: activity === "needs-you" ? 1 : 0,
      branch: `atelier/task-${index}`,
      createdAt: ago(index * 7),
    });
  });
}
