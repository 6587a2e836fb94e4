import { describe, expect, it } from "vitest";
import type { AgentEvent } from "@/contracts/agentEvents";
import type { AgentRequest, Turn } from "@/contracts/http";
import { printedText } from "./shownTerminals";
import { afterEvents, beginning, type Item, inFlight, joined, openRequests, queueOf } from "./threadReducer";

type Said = AgentEvent extends infer One ? (One extends AgentEvent ? Pick<One, "kind" | "payload"> : never) : never;

function turn(values: Partial<Turn> = {}): Turn {
  return {
    id: "t1",
    workSessionId: "w",
    state: "queued",
    attempt: 1,
    images: 0,
    text: "Add a flag",
    position: 1,
    createdBy: "ada",
    createdAt: "2026-01-01T00:00:00Z",
    ...values,
  };
}

function request(values: Partial<AgentRequest> = {}): AgentRequest {
  return {
    id: "r1",
    what: "permission",
    state: "open",
    workSessionId: "w",
    turnId: "t1",
    payload: {},
    createdAt: "2026-01-01T00:00:00Z",
    ...values,
  };
}

function numbered(said: readonly Said[], turnId: string | null = "t1", first = 1): AgentEvent[] {
  return said.map((one, index) => {
    const seq = first + index;
    const at = new Date(seq * 1000).toISOString();
    return { ...one, seq, at, workSessionId: "w", turnId };
  });
}

const text = (text: string, messageId?: string): Said => ({
  kind: "agent-message",
  payload: { content: { type: "text", text }, ...(messageId === undefined ? {} : { messageId }) },
});
const thought = (text: string): Said => ({ kind: "agent-thought", payload: { content: { type: "text", text } } });
const changed = (values: Partial<Turn>): Said => ({ kind: "turn-changed", payload: { turn: turn(values) } });
const sent = { state: "sent", dispatchedAt: "2026-01-01T00:00:01Z" } as const;

function itemsOf(events: readonly AgentEvent[]): readonly Item[] {
  return afterEvents(beginning(null, 1), events).conversations.get("w")?.items ?? [];
}

function texts(items: readonly Item[]): string[] {
  return items.map((item) =>
    "parts" in item ? `${item.kind}: ${item.parts.map((part) => part.text).join("|")}` : item.kind,
  );
}

describe("messages", () => {
  it("are made of the pieces that follow each other", () => {
    expect(texts(itemsOf(numbered([text("Hel"), text("lo"), thought("Hm"), text("Again")])))).toEqual([
      "message: Hello",
      "thought: Hm",
      "message: Again",
    ]);
  });

  it("are replaced where they stand, in whichever page they were, and are gone when nothing is left of them", () => {
    const whole = (value: string, messageId: string): Said => ({
      kind: "agent-message",
      payload: { content: { type: "text", text: value }, messageId, replaces: true },
    });
    const events = numbered([text("One", "a"), text("Two", "b"), whole("One and more", "a"), whole("", "b")]);
    const older = afterEvents(beginning(null, 1), events.slice(0, 2));
    const newer = afterEvents(beginning(null, 3), events.slice(2, 3));

    expect(texts(itemsOf(events))).toEqual(["message: One and more"]);
    expect(texts(joined(older, newer).conversations.get("w")?.items ?? [])).toEqual([
      "message: One and more",
      "message: Two",
    ]);
  });

  it("begin anew with another message id (behaviour 130)", () => {
    expect(texts(itemsOf(numbered([text("One", "m1"), text("!", "m1"), text("Two", "m2")])))).toEqual([
      "message: One!",
      "message: Two",
    ]);
  });

  it("of different turns are different messages", () => {
    const items = itemsOf([...numbered([text("One")], "t1"), ...numbered([text("Two")], "t2", 2)]);

    expect(texts(items)).toEqual(["message: One", "message: Two"]);
  });

  it("keep what is no text as a piece of its own", () => {
    const image: Said = {
      kind: "agent-message",
      payload: { content: { type: "image", data: "AA", mimeType: "image/png" } },
    };
    const [item] = itemsOf(numbered([text("Look"), image, text("Nice")]));

    expect(item?.kind === "message" && item.parts.map((part) => part.type)).toEqual(["text", "image", "text"]);
  });

  it("that a program tells again of what was asked here are no news (behaviour 129)", () => {
    const again: Said = { kind: "user-message", payload: { content: { type: "text", text: "Add a flag" } } };
    const other: Said = { kind: "user-message", payload: { content: { type: "text", text: "From elsewhere" } } };

    expect(texts(itemsOf(numbered([changed(sent), again, other])))).toEqual(["person", "repeated: From elsewhere"]);
  });
});

describe("tool calls", () => {
  const call = (payload: Partial<Extract<AgentEvent, { kind: "tool-call" }>["payload"]>): Said => ({
    kind: "tool-call",
    payload: { toolCallId: "c1", ...payload },
  });

  it("are one item, however often something of them is told (behaviour 127)", () => {
    const items = itemsOf(
      numbered([
        call({ title: "Run tests", kind: "execute", status: "pending", rawInput: { command: "npm test" } }),
        text("Meanwhile"),
        call({ status: "in_progress", content: [{ type: "terminal", terminalId: "x" }] }),
        call({ status: "completed", content: [{ type: "content", content: { type: "text", text: "ok" } }] }),
      ]),
    );

    expect(items).toHaveLength(2);
    expect(items[0]).toMatchObject({
      kind: "tool-call",
      seq: 1,
      endedAt: new Date(4000).toISOString(),
      call: {
        title: "Run tests",
        kind: "execute",
        status: "completed",
        rawInput: { command: "npm test" },
        content: [{ type: "content" }],
      },
    });
  });

  it("of a later turn are others, even under the same id", () => {
    const items = itemsOf([...numbered([call({ title: "A" })], "t1"), ...numbered([call({ title: "B" })], "t2", 2)]);

    expect(items).toHaveLength(2);
  });

  it("take what comes after their turn (behaviour 131)", () => {
    const items = itemsOf([
      ...numbered([call({ title: "A" })], "t1"),
      ...numbered([call({ status: "completed" })], null, 2),
    ]);

    expect(items).toMatchObject([{ call: { title: "A", status: "completed" } }]);
  });

  it("that were never begun are shown with what is known (behaviour 126)", () => {
    expect(itemsOf(numbered([call({ status: "failed" })]))).toMatchObject([{ kind: "tool-call" }]);
  });

  it("gather what terminals print beside them, also before there is one (behaviour 134)", () => {
    const printed = (data: string) => call({ _meta: { terminal_output: { terminal_id: "x", data } } });
    const exit = call({
      status: "completed",
      _meta: { terminal_exit: { terminal_id: "x", exit_code: 2, signal: null } },
    });
    const events = numbered([
      printed("\u001b[1mone\r\n"),
      exit,
      call({ title: "Run", content: [{ type: "terminal", terminalId: "x" }] }),
      printed("two"),
    ]);
    const expected = [{ call: { title: "Run", printed: { x: { text: "\u001b[1mone\r\ntwo", end: "2" } } } }];
    expect(itemsOf(events)).toMatchObject(expected);
    const newer = afterEvents(beginning(null, 3), events.slice(2));
    const older = afterEvents(beginning(null, 1), events.slice(0, 2));
    expect(joined(older, newer).conversations.get("w")?.items).toMatchObject(expected);
    const [item] = itemsOf(events);
    expect(item?.kind === "tool-call" && printedText(item.call.printed)).toBe("one\ntwo");
  });
});

describe("turns", () => {
  it("begin with what was asked and end with what became of them", () => {
    const items = itemsOf(
      numbered([
        changed({}),
        changed(sent),
        changed({ ...sent, state: "running" }),
        text("Done"),
        changed({ ...sent, state: "done", stopReason: "end_turn" }),
      ]),
    );

    expect(items.map((item) => item.kind)).toEqual(["person", "message", "turn-end"]);
  });

  it("that are taken back from the queue leave nothing", () => {
    expect(itemsOf(numbered([changed({}), changed({ state: "cancelled" })]))).toEqual([]);
  });

  it("that fail before they are sent say what was asked and why", () => {
    const items = itemsOf(numbered([changed({}), changed({ state: "failed", problem: "It is not installed." })]));

    expect(items).toMatchObject([
      { kind: "person", text: "Add a flag" },
      { kind: "turn-end", turn: { problem: "It is not installed." } },
    ]);
  });

  it("that are tried again stand there twice", () => {
    const items = itemsOf(
      numbered([
        changed(sent),
        changed({ ...sent, state: "failed" }),
        changed({ attempt: 2 }),
        changed({ ...sent, attempt: 2 }),
        changed({ ...sent, attempt: 2, state: "done" }),
      ]),
    );

    expect(items.map((item) => item.kind)).toEqual(["person", "turn-end", "person", "turn-end"]);
  });

  it("wait in the order of their positions", () => {
    const threads = afterEvents(
      beginning(null, 1),
      numbered([
        changed({ ...sent, id: "t0" }),
        changed({ id: "t1", position: 3 }),
        changed({ id: "t2", position: 2 }),
        changed({ id: "t3", position: 1, workSessionId: "other" }),
      ]),
    );

    expect(queueOf(threads, "w").map((each) => each.id)).toEqual(["t2", "t1"]);
    expect(inFlight(threads, "w")?.id).toBe("t0");
  });
});

it("a plan is the last one its turn told (behaviour 128)", () => {
  const plan = (...entries: string[]): Said => ({
    kind: "plan",
    payload: { entries: entries.map((content) => ({ content })) },
  });
  const items = itemsOf(numbered([plan("a"), text("x"), plan("a", "b")]));

  expect(items).toMatchObject([{ kind: "plan", seq: 1, entries: [{ content: "a" }, { content: "b" }] }, {}]);
});

it("a question is one item, and open until it is answered", () => {
  const asked: Said = { kind: "request-changed", payload: { request: request() } };
  const answered: Said = { kind: "request-changed", payload: { request: request({ state: "answered" }) } };
  const open = afterEvents(beginning(null, 1), numbered([asked]));
  const over = afterEvents(open, numbered([answered], "t1", 2));

  expect(openRequests(open, "w")).toHaveLength(1);
  expect(openRequests(over, "w")).toEqual([]);
  expect(over.conversations.get("w")?.items).toHaveLength(1);
});

it("a question that no person has to answer is not shown", () => {
  expect(itemsOf(numbered([{ kind: "request-changed", payload: { request: request({ what: "fs/odd" }) } }]))).toEqual(
    [],
  );
});

it("noise is gathered", () => {
  const noise = (text: string): Said => ({ kind: "noise", payload: { text } });

  expect(itemsOf(numbered([noise("a"), noise("b")]))).toMatchObject([{ kind: "noise", lines: ["a", "b"] }]);
});

it("an agent keeps what its reader may do when an event tells of it", () => {
  const agent = JSON.parse('{"id":"a","title":"old","role":"owner"}');
  const whole = {
    agent,
    workSessions: [],
    turns: [],
    requests: [],
    spending: { tokens: 0, workedSeconds: 0, cost: 0 },
  };
  const threads = afterEvents(
    beginning(whole, 1),
    numbered([{ kind: "agent-changed", payload: { agent: JSON.parse('{"id":"a","title":"new"}') } }]),
  );

  expect(threads.agent).toMatchObject({ title: "new", role: "owner" });
});

describe("coming back", () => {
  const events = numbered([text("a"), text("b"), text("c")]);

  it("passes over what is known already", () => {
    const once = afterEvents(beginning(null, 1), events);

    expect(afterEvents(once, events)).toBe(once);
    expect(texts(afterEvents(once, numbered([text("d")], "t1", 4)).conversations.get("w")?.items ?? [])).toEqual([
      "message: abcd",
    ]);
  });

  it("takes nothing after a hole", () => {
    const threads = afterEvents(beginning(null, 1), [...events.slice(0, 1), ...events.slice(2)]);

    expect(threads.lastSeq).toBe(1);
  });

  it("knows kinds of events that are younger than the page from nothing", () => {
    const younger: AgentEvent = JSON.parse('{"seq":1,"kind":"later","at":"2026-01-01T00:00:00Z","payload":{}}');

    expect(afterEvents(beginning(null, 1), [younger]).lastSeq).toBe(1);
  });
});

it("what broke off is no part of the conversation", () => {
  const said = (messageId: string, words: string): Said => ({
    kind: "agent-message",
    payload: { messageId, content: { type: "text", text: words } },
  });
  const cut = (messageId: string): Said => ({ kind: "answer-cut", payload: { messageId, problem: "It broke off." } });
  const { items } = afterEvents(
    beginning(null, 1),
    numbered([
      changed(sent),
      said("a.1", "Half"),
      cut("a.1"),
      said("a.2", "Hal"),
      cut("a.2"),
      said("a.3", "All of it"),
    ]),
  ).conversations.get("w") ?? { items: [] };

  expect(items.map((item) => (item.kind === "message" ? item.parts.map((part) => part.text) : item.kind))).toEqual([
    "person",
    "cut",
    ["All of it"],
  ]);
});

it("events folded in pages, joined from the newest on, are what they are when folded at once", () => {
  const story = numbered([
    changed({}),
    changed(sent),
    thought("Let me "),
    thought("see"),
    text("I read "),
    text("the file."),
    { kind: "plan", payload: { entries: [{ content: "read" }] } },
    { kind: "tool-call", payload: { toolCallId: "c1", title: "Read", kind: "read", status: "pending" } },
    { kind: "usage", payload: { used: 10, size: 100 } },
    { kind: "request-changed", payload: { request: request() } },
    { kind: "request-changed", payload: { request: request({ state: "answered" }) } },
    { kind: "tool-call", payload: { toolCallId: "c1", status: "completed" } },
    { kind: "plan", payload: { entries: [{ content: "read", status: "completed" }] } },
    { kind: "noise", payload: { text: "warn" } },
    { kind: "noise", payload: { text: "warn again" } },
    ...["m1", "m2"].flatMap((messageId): Said[] => [
      { kind: "agent-message", payload: { messageId, content: { type: "text", text: "Half " } } },
      { kind: "agent-message", payload: { messageId, content: { type: "text", text: "of it" } } },
      { kind: "answer-cut", payload: { messageId, problem: "It broke off." } },
    ]),
    { kind: "summed-up", payload: { text: "All was read." } },
    text("Done"),
    text("."),
    changed({ ...sent, state: "done" }),
  ]);
  const whole = afterEvents(beginning(null, 1), story);

  for (let cut = 1; cut < story.length; cut++) {
    const older = afterEvents(beginning(null, 1), story.slice(0, cut));
    const newer = afterEvents(beginning(null, cut + 1), story.slice(cut));
    expect(joined(older, newer), `cut at ${cut}`).toEqual(whole);
  }
});
