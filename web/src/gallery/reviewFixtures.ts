import type { AgentCheckpoint, AgentForecast, ReviewComment, WorkDiff } from "@/contracts/http";
import { ago } from "./fixtures";

const file = {
  hash: "a1",
  oldHash: "5d1c",
  newHash: "0a2b",
  oldMode: "100644",
  newMode: "100644",
  binary: false,
  tooLarge: false,
  viewed: false,
};

const exportDiff: WorkDiff = {
  from: "5d1c0f3a",
  to: "0a2b7c1d",
  fileCount: 6,
  additions: 31,
  deletions: 4,
  leftOut: 1,
  files: [
    { ...file, path: "README.md", status: "modified", additions: 3, deletions: 0, viewed: true, hunks: [] },
    {
      ...file,
      path: "src/export/export.ts",
      status: "modified",
      additions: 6,
      deletions: 2,
      hunks: [
        {
          oldStart: 12,
          oldLines: 8,
          newStart: 12,
          newLines: 12,
          heading: "export function write(rows: Row[])",
          lines: [
            ' import { table } from "./table";',
            " ",
            "-export function write(rows: Row[]) {",
            "-  return table(rows);",
            "+export function write(rows: Row[], isJson: boolean) {",
            "+  if (isJson) {",
            "+    const lines = [];",
            "+    for (const line of rowsAsJson(rows)) lines.push(line);",
            '+    return lines.join("\\n");',
            "+  }",
            "   return table(rows);",
            " }",
          ],
        },
      ],
    },
    {
      ...file,
      path: "src/export/rows.ts",
      status: "added",
      additions: 5,
      deletions: 0,
      hunks: [
        {
          oldStart: 0,
          oldLines: 0,
          newStart: 1,
          newLines: 5,
          heading: "",
          lines: [
            "+/** One object per row, each on a line of its own. */",
            "+export function* rowsAsJson(rows: Iterable<Row>) {",
            "+  for (const row of rows) yield JSON.stringify(row);",
            "+}",
            "+",
            "\\ No newline at end of file",
          ],
        },
      ],
    },
    {
      ...file,
      path: "src/export/tables.ts",
      oldPath: "src/export/table.ts",
      status: "renamed",
      additions: 0,
      deletions: 0,
      hunks: [],
    },
    {
      ...file,
      path: "src/fixtures/rows.json",
      status: "added",
      additions: 12_000,
      deletions: 0,
      tooLarge: true,
      hunks: [],
    },
    { ...file, path: "docs/export.png", status: "added", additions: 0, deletions: 0, binary: true, hunks: [] },
  ],
};

const comments: ReviewComment[] = [
  {
    id: "cmt_1",
    agentId: "agt_docs",
    path: "src/export/export.ts",
    side: "new",
    line: 17,
    lastLine: 17,
    fileHash: "0a2b",
    quote: "    for (const line of rowsAsJson(rows)) lines.push(line);",
    body: "This holds all rows in memory. Write them as they come.",
    state: "draft",
    createdBy: "usr_1",
    createdAt: ago(4),
    updatedAt: ago(4),
  },
  {
    id: "cmt_2",
    agentId: "agt_docs",
    path: "src/export/rows.ts",
    side: "new",
    line: 2,
    lastLine: 2,
    fileHash: "ffff",
    quote: "export function* rowsAsJson(rows: Iterable<Row>) {",
    body: "Good name.",
    state: "sent",
    turnId: "turn_docs",
    createdBy: "usr_2",
    createdAt: ago(50),
    updatedAt: ago(50),
  },
];

const forecast: AgentForecast = {
  commit: "0a2b7c1d",
  base: { branch: "main", commit: "77aa", conflicts: [] },
  agents: [
    {
      branch: "atelier/login-redirect",
      agentId: "agt_login",
      title: "Keep the query string after login",
      commit: "88bb",
      conflicts: ["src/export/export.ts"],
    },
  ],
};

const checkpoints: AgentCheckpoint[] = (["before", "after"] as const).map((which, index) => ({
  id: `chk_${which}`,
  turnId: "turn_1",
  workSessionId: "wks_main",
  which,
  state: "made",
  leftOut: 0,
  createdAt: ago(50 - index),
}));

/** What the server says of an agent's review; undefined where the address is another's. */
export function reviewAnswer(agentId: string, rest: string): Response | undefined {
  const isBare = agentId === "agt_flag";
  switch (rest) {
    case "/diff":
      return Response.json({ diff: isBare ? { ...exportDiff, fileCount: 0, files: [], leftOut: 0 } : exportDiff });
    case "/comments":
      return Response.json({ comments: isBare ? [] : comments });
    case "/forecast":
      return Response.json({
        forecast:
          agentId === "agt_done"
            ? { ...forecast, agents: [], base: { ...forecast.base, conflicts: ["src/export/export.ts", "README.md"] } }
            : forecast,
      });
    case "/checkpoints":
      return Response.json({ checkpoints });
    case "/landings":
      return Response.json({ landings: [] });
    default:
      return undefined;
  }
}
