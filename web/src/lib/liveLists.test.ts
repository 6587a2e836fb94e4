import { describe, expect, it } from "vitest";
import type { Session } from "@/contracts/http";
import { afterAnswer, afterNews, begun, noLists, revisionOf, sessionChange, settled, shown } from "./liveLists";

function session(id: string, title = id): Session {
  return {
    id,
    type: "quick",
    title,
    locationPath: "/srv",
    status: "active",
    hostId: "h",
    createdBy: "ada",
    createdAt: "2026-01-01T00:00:00Z",
    workers: [
      { id: `${id}-w`, type: "agent", name: "Agent", status: "running", epoch: 1, createdAt: "2026-01-01T00:00:00Z" },
    ],
  };
}

const one = afterNews(noLists, {
  event: "snapshot",
  data: { sessions: [session("a")], hosts: [], repositories: [], agentPrograms: [], agents: [], inboxItems: [] },
});

describe("the lists", () => {
  it("take a new session in and replace one they know", () => {
    const live = [session("b"), session("a", "renamed")].reduce(
      (lists, changed) => afterNews(lists, { event: "session-changed", data: { session: changed } }),
      one,
    );

    expect(shown(live).sessions.map((each) => each.title)).toEqual(["renamed", "b"]);
  });

  it("forget a removed session", () => {
    expect(shown(afterNews(one, { event: "session-removed", data: { sessionId: "a" } })).sessions).toEqual([]);
  });

  it("show an agent's activity", () => {
    const live = afterNews(one, {
      event: "worker-activity",
      data: { sessionId: "a", workerId: "a-w", activityState: "asking" },
    });

    expect(shown(live).sessions[0]?.workers[0]?.activityState).toBe("asking");
  });

  it("start anew after a reset and keep what is pending", () => {
    const renaming = begun(one, { id: 1, apply: sessionChange("a", (each) => ({ ...each, title: "mine" })) });
    const live = afterNews(renaming, {
      event: "reset",
      data: {
        sessions: [session("a"), session("c")],
        hosts: [],
        repositories: [],
        agentPrograms: [],
        agents: [],
        inboxItems: [],
      },
    });

    expect(shown(live).sessions.map((each) => each.title)).toEqual(["mine", "c"]);
  });
});

describe("a change before the server has agreed", () => {
  const renaming = begun(one, { id: 1, apply: sessionChange("a", (each) => ({ ...each, title: "mine" })) });

  it("is seen at once", () => {
    expect(shown(renaming).sessions[0]?.title).toBe("mine");
  });

  it("is gone again when it was refused, without undoing what came meanwhile", () => {
    const meanwhile = afterNews(renaming, { event: "session-changed", data: { session: session("a", "theirs") } });

    expect(shown(settled(meanwhile, 1)).sessions[0]?.title).toBe("theirs");
  });

  it("is confirmed by the answer, unless newer news came first", () => {
    const before = revisionOf(one, "a");
    const answer = { event: "session-changed", data: { session: session("a", "answer") } } as const;
    const meanwhile = afterNews(one, { event: "session-changed", data: { session: session("a", "newer") } });

    expect(shown(afterAnswer(one, answer, "a", before)).sessions[0]?.title).toBe("answer");
    expect(shown(afterAnswer(meanwhile, answer, "a", before)).sessions[0]?.title).toBe("newer");
  });

  it("can take a session away", () => {
    expect(shown(begun(one, { id: 2, apply: sessionChange("a", () => null) })).sessions).toEqual([]);
  });
});

describe("what waits for a person", () => {
  const item = {
    id: "i",
    kind: "failed",
    state: "open",
    title: "t",
    agentId: "g",
    createdAt: "2026-01-01T00:00:00Z",
  } as const;
  const waiting = afterNews(one, { event: "inbox-item-changed", data: { item } });

  it("is there until it is not open any more", () => {
    expect(shown(waiting).inboxItems).toEqual([item]);
    const over = afterNews(waiting, { event: "inbox-item-changed", data: { item: { ...item, state: "dismissed" } } });
    expect(shown(over).inboxItems).toEqual([]);
  });

  it("goes with its agent", () => {
    expect(shown(afterNews(waiting, { event: "agent-removed", data: { agentId: "g" } })).inboxItems).toEqual([]);
  });
});
