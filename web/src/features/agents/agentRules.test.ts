import { describe, expect, it } from "vitest";
import type { Agent, AgentProgram } from "@/contracts/http";
import {
  agentDoing,
  agentName,
  agentPlace,
  agentState,
  groupedAgents,
  groupOf,
  matchesAgent,
  preselected,
  programsForAgents,
  stateWord,
  threadProgram,
} from "./agentRules";

function agent(values: Partial<Agent> = {}): Agent {
  return {
    id: "a",
    taskRequest: "\n  Add a flag  \nand test it",
    status: "active",
    activity: "working",
    agentProgramId: "claude",
    repositoryOwner: "acme",
    repositoryName: "api",
    branch: "atelier/add-a-flag",
    userId: "ada",
    openRequests: 0,
    queuedTurns: 0,
    createdAt: "2026-01-01T00:00:00Z",
    ...values,
  };
}

function program(values: Partial<AgentProgram> & { id: string }): AgentProgram {
  return {
    name: values.id,
    isBuiltIn: true,
    isInstalled: true,
    askingPatterns: [],
    sandbox: "none",
    isForTerminals: false,
    protocol: "acp",
    acpCommand: "x",
    isAcpInstalled: true,
    servedBy: "itself",
    ...values,
  };
}

describe("an agent's state", () => {
  it.each([
    ["preparing", "working", "starting", "working"],
    ["working", "working", "working", "working"],
    ["reconnecting", "working", "reconnecting", "working"],
    ["needs-you", "waiting", "needs-you", "needs"],
    ["to-review", "to-review", "to-review", "review"],
    ["idle", "idle", "ready", "done"],
    ["failed", "failed", "failed", "failed"],
    ["done", "idle", "done", "done"],
    // Somebody has looked at it.
    ["to-review", "idle", "done", "done"],
    ["failed", "idle", "ready", "done"],
  ] as const)("%s, doing %s, is %s, among %s", (activity, doing, state, group) => {
    expect(agentState(agent({ activity, doing }))).toBe(state);
    expect(groupOf(agent({ doing }))).toBe(group);
  });

  it("is ready when a newer server says a word this page does not know", () => {
    expect(agentState(JSON.parse('{"activity":"dreaming"}'))).toBe("ready");
  });

  it("says that it was cancelled", () => {
    expect(stateWord(agent({ status: "cancelled", activity: "done" }))).toBe("Cancelled");
  });

  it("does not count once it is archived", () => {
    expect(groupOf(agent({ doing: "failed", archivedAt: "2026-01-02T00:00:00Z" }))).toBe("done");
  });
});

it("an agent is called by its title, else by the first line it was asked", () => {
  expect(agentName(agent())).toBe("Add a flag");
  expect(agentName(agent({ title: "Flags" }))).toBe("Flags");
});

it("what an agent does is said in words", () => {
  expect(agentDoing(agent({ queuedTurns: 2 }), "Claude")).toBe("Claude is working, 2 messages waiting");
  expect(agentDoing(agent({ activity: "needs-you", openRequests: 3 }), "Claude")).toBe(
    "Claude is waiting for 3 answers",
  );
  expect(agentDoing(agent({ activity: "failed", problem: "The branch exists." }), "Claude")).toBe("The branch exists.");
});

it("agents stand in their groups, the newest first", () => {
  const groups = groupedAgents([agent({ id: "old" }), agent({ id: "new", createdAt: "2026-02-01T00:00:00Z" })]);

  expect(groups.working.map((each) => each.id)).toEqual(["new", "old"]);
});

it("search finds words anywhere in what is known of an agent", () => {
  expect(matchesAgent(agent(), "flag acme", "Claude Code")).toBe(true);
  expect(matchesAgent(agent(), "claude", "Claude Code")).toBe(true);
  expect(matchesAgent(agent(), "login", "Claude Code")).toBe(false);
  expect(agentPlace(agent())).toBe("acme/api · atelier/add-a-flag");
});

describe("the program of a new agent", () => {
  const demo = program({ id: "demo" });
  const missing = program({ id: "gemini", isAcpInstalled: false });
  const installed = program({ id: "claude" });
  const terminal = program({ id: "shell", acpCommand: null });

  it("is one that can be an agent, the installed ones first", () => {
    expect(programsForAgents([missing, demo, terminal, installed]).map((each) => each.id)).toEqual([
      "claude",
      "demo",
      "gemini",
    ]);
  });

  it("is the built-in one where there is a model for it", () => {
    const builtIn = program({ id: "built-in", acpCommand: null, servedBy: "built-in-agent" });
    expect(preselected([demo, builtIn], "")).toBe("built-in");
    expect(programsForAgents([demo, { ...builtIn, isInstalled: false }]).map((each) => each.id)).toEqual(["demo"]);
    expect(threadProgram(agent({ agentProgramId: "built-in" }), [builtIn])).toBeNull();
    expect(threadProgram(agent({ agentProgramId: "claude" }), [builtIn, installed])).toBe("claude");
  });

  it("is the last one, else one that is installed, else the demo", () => {
    expect(preselected([demo, installed], "demo")).toBe("demo");
    expect(preselected([demo, installed], "gone")).toBe("claude");
    expect(preselected([missing, demo, terminal], "gemini")).toBe("demo");
    expect(preselected([terminal], "")).toBe("");
  });
});
