import { describe, expect, it } from "vitest";
import type { Session, Worker } from "@/contracts/http";
import {
  firstWorker,
  freeName,
  groupOf,
  matches,
  mayDelete,
  moved,
  sessionName,
  sessionState,
  workerState,
} from "./sessionRules";

function worker(values: Partial<Worker> = {}): Worker {
  return {
    id: "w",
    type: "agent",
    name: "Agent",
    status: "running",
    epoch: 1,
    createdAt: "2026-01-01T00:00:00Z",
    ...values,
  };
}

function session(workers: Worker[], values: Partial<Session> = {}): Session {
  return {
    id: "s",
    type: "worktree",
    locationPath: "/srv/api",
    branch: "fix/login",
    status: "active",
    hostId: "h",
    createdBy: "grace",
    createdAt: "2026-01-01T00:00:00Z",
    workers,
    ...values,
  };
}

describe("a worker's state", () => {
  it.each([
    [{ activityState: "active" }, "working"],
    [{ activityState: "asking" }, "needs-you"],
    [{ activityState: "idle" }, "ready"],
    [{ activityState: "unknown" }, "ready"],
    [{ type: "terminal" }, "ready"],
    [{ status: "lost" }, "failed"],
    [{ status: "exited", exitCode: 0 }, "done"],
    [{ status: "exited", exitCode: 2 }, "failed"],
    [{ status: "exited", signal: "KILL" }, "failed"],
    [{ type: "terminal", status: "exited", exitCode: 130 }, "done"],
    [{ status: "reconnecting", activityState: "active" }, "reconnecting"],
  ] as const)("%o is %s", (values, state) => {
    expect(workerState(worker(values))).toBe(state);
  });

  it("is that of a running one when a newer server says a word this page does not know", () => {
    const later: Worker = JSON.parse(JSON.stringify({ ...worker(), status: "some-later-status" }));

    expect(workerState(later)).toBe("ready");
  });
});

describe("a session's state", () => {
  it("is that of the worker which needs somebody", () => {
    const both = session([worker({ activityState: "active" }), worker({ activityState: "asking" })]);

    expect(sessionState(both)).toBe("needs-you");
    expect(groupOf(both)).toBe("needs");
  });

  it("is ready without workers", () => {
    expect(sessionState(session([]))).toBe("ready");
  });

  it("is not running where nothing runs", () => {
    expect(groupOf(session([]))).toBe("finished");
  });
});

it("a session is called by its title, else its branch, else its folder", () => {
  expect(sessionName(session([], { title: "Login" }))).toBe("Login");
  expect(sessionName(session([]))).toBe("fix/login");
  expect(sessionName(session([], { branch: null }))).toBe("api");
});

it("search finds words anywhere in a session's names", () => {
  expect(matches(session([]), "login atelier", "acme/atelier")).toBe(true);
  expect(matches(session([]), "logout", "acme/atelier")).toBe(false);
});

it("a tab can be moved to any place", () => {
  const tabs = ["a", "b", "c"].map((id) => worker({ id }));

  expect(moved(tabs, "c", 0).map((tab) => tab.id)).toEqual(["c", "a", "b"]);
  expect(moved(tabs, "a", 9).map((tab) => tab.id)).toEqual(["b", "c", "a"]);
  expect(moved(tabs, "x", 1).map((tab) => tab.id)).toEqual(["a", "b", "c"]);
});

it("a new worker gets a name that is free", () => {
  expect(freeName([worker({ name: "shell" }), worker({ name: "shell 2" })], "shell")).toBe("shell 3");
});

it("the worker that asks is shown first, then the agent", () => {
  const shell = worker({ id: "shell", type: "terminal" });
  const agent = worker({ id: "agent" });

  expect(firstWorker(session([shell, agent]))?.id).toBe("agent");
  expect(firstWorker(session([agent, worker({ id: "asks", activityState: "asking" })]))?.id).toBe("asks");
});

describe("who may delete a session", () => {
  it.each([
    ["worktree", "owner", true],
    ["worktree", "editor", true],
    ["worktree", "viewer", false],
    ["quick", "owner", true],
    ["quick", "editor", false],
  ] as const)("of type %s as %s", (type, role, expected) => {
    expect(mayDelete(session([], { type, role }))).toBe(expected);
  });
});
