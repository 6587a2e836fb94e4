import { describe, expect, it } from "vitest";
import type { Agent } from "@/contracts/http";
import { agentsSearch, filterCount, filteredAgents } from "./agentFilters";

function agent(values: Partial<Agent> & { id: string }): Agent {
  return {
    taskRequest: "Add a flag",
    status: "active",
    activity: "working",
    doing: "working",
    agentProgramId: "claude",
    repositoryId: "rep",
    userId: "ada",
    openRequests: 0,
    queuedTurns: 0,
    createdAt: "2026-01-01T00:00:00Z",
    ...values,
  };
}

describe("the address of the list", () => {
  it("keeps what makes sense, and nothing else", () => {
    expect(
      agentsSearch({
        view: "board",
        who: "all",
        state: "needs",
        repository: "rep",
        person: "ada",
        archived: true,
        q: "x",
      }),
    ).toEqual({ view: "board", who: "all", state: "needs", repository: "rep", person: "ada", archived: true, q: "x" });
    expect(agentsSearch({ view: "heap", who: "mine", state: "asleep", archived: "yes", q: "", program: 7 })).toEqual(
      {},
    );
  });

  it("looks for numbers as for words", () => {
    expect(agentsSearch({ q: 404 })).toEqual({ q: "404" });
  });

  it("asks for one person only where all are shown", () => {
    expect(agentsSearch({ person: "ada" })).toEqual({});
  });
});

describe("the list", () => {
  const agents = [
    agent({ id: "own" }),
    agent({ id: "theirs", userId: "grace", agentProgramId: "codex" }),
    agent({ id: "asking", activity: "needs-you", doing: "waiting", repositoryId: "other" }),
    agent({ id: "archived", archivedAt: "2026-01-02T00:00:00Z" }),
  ];

  it.each([
    [{}, ["own", "asking"]],
    [{ who: "all" }, ["own", "theirs", "asking"]],
    [{ who: "all", person: "grace" }, ["theirs"]],
    [{ who: "all", program: "codex" }, ["theirs"]],
    [{ state: "needs" }, ["asking"]],
    [{ repository: "rep" }, ["own"]],
    [{ archived: true }, ["own", "asking", "archived"]],
    [{ q: "flag own" }, []],
    [{ q: "add flag" }, ["own", "asking"]],
    [{ q: '"add a flag"' }, ["own", "asking"]],
  ] as const)("asked for %o has %o", (search, ids) => {
    expect(filteredAgents(agents, search, "ada", []).map(({ id }) => id)).toEqual(ids);
  });

  it("has everybody's while it is not known who looks", () => {
    expect(filteredAgents(agents, {}, undefined, [])).toHaveLength(3);
  });

  it("counts what narrows it", () => {
    expect(filterCount({ who: "all", view: "board", q: "x", state: "done", archived: true })).toBe(2);
  });
});
