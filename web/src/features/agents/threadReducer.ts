import type {
  AgentEvent,
  ContentBlock,
  PlanEntry,
  SaidPayload,
  ToolCallPayload,
  UsagePayload,
} from "@/contracts/agentEvents";
import type { Agent, AgentInstance, AgentRequest, AgentWithAll, Turn, WorkSession } from "@/contracts/http";
import { withPrinted } from "./shownTerminals";

/** A line of a conversation. `seq` is that of the event which began it, and never changes. */
export type Item = { seq: number; at: string; turnId: string | null } & (
  | { kind: "person"; attempt: number; text: string; images: number; createdBy: string | null }
  | Said
  | { kind: "tool-call"; call: ToolCallPayload; endedAt: string | null }
  | { kind: "plan"; entries: readonly PlanEntry[] }
  | { kind: "request"; requestId: string }
  | { kind: "turn-end"; turn: Turn }
  | { kind: "noise"; lines: readonly string[] }
  | { kind: "cut"; messageIds: readonly string[]; problem: string }
  | { kind: "summary"; text: string }
);

interface Said {
  kind: "message" | "thought" | "repeated";
  messageId: string | null;
  parts: readonly ContentBlock[];
  /** Whether it stands in the place of what was said under its id before. */
  isWhole?: boolean;
}

export interface Conversation {
  items: readonly Item[];
  usage: UsagePayload | null;
}

/**
 * All that is known of an agent from its events: those from `firstSeq` to `lastSeq` are folded in, each once. Pages of older events are folded on their own and
 * joined in front, so that no event has to be kept.
 */
export interface AgentThreads {
  firstSeq: number;
  lastSeq: number;
  agent: Agent | null;
  instance: AgentInstance | null;
  workSessions: readonly WorkSession[];
  turns: ReadonlyMap<string, Turn>;
  requests: ReadonlyMap<string, AgentRequest>;
  /** By work session. */
  conversations: ReadonlyMap<string, Conversation>;
  /** The last event that said that something of its review is different; 0 before the first. */
  reviewSeq: number;
}

export const emptyConversation: Conversation = { items: [], usage: null };

/** What the server says of an agent as a whole, before any event. */
export function beginning(whole: AgentWithAll | null, firstSeq: number): AgentThreads {
  return {
    firstSeq,
    lastSeq: firstSeq - 1,
    agent: whole?.agent ?? null,
    instance: whole?.instance ?? null,
    workSessions: whole?.workSessions ?? [],
    turns: new Map(whole?.turns.map((turn) => [turn.id, turn])),
    requests: new Map(whole?.requests.map((request) => [request.id, request])),
    conversations: new Map(),
    reviewSeq: 0,
  };
}

/** Takes events that follow. Those that are known already are passed over; after a hole nothing is taken, and the reader has to come back for it. */
export function afterEvents(threads: AgentThreads, events: readonly AgentEvent[]): AgentThreads {
  const draft = new Draft(threads);
  for (const event of events) {
    if (event.seq <= draft.lastSeq) continue;
    if (event.seq > draft.lastSeq + 1) break;
    draft.take(event);
  }
  return draft.lastSeq === threads.lastSeq ? threads : draft.done();
}

/** Puts a stretch of older events before those that are known: the same as if all had been folded at once. */
export function joined(older: AgentThreads, newer: AgentThreads): AgentThreads {
  const conversations = new Map(newer.conversations);
  for (const [id, before] of older.conversations) {
    const after = newer.conversations.get(id);
    conversations.set(id, after === undefined ? before : joinedConversation(before, after));
  }
  return {
    ...newer,
    firstSeq: older.firstSeq,
    turns: new Map([...older.turns, ...newer.turns]),
    requests: new Map([...older.requests, ...newer.requests]),
    conversations,
    reviewSeq: newer.reviewSeq,
  };
}

function joinedConversation(before: Conversation, after: Conversation): Conversation {
  const items = [...before.items];
  for (const item of after.items) put(items, item);
  return { items, usage: after.usage ?? before.usage };
}

/** Adds an item, or what is new of one that stands there already. */
function put(items: Item[], item: Item): void {
  switch (item.kind) {
    case "message":
    case "thought":
    case "repeated": {
      if (item.isWhole && item.messageId !== null) {
        putWhole(items, item);
        return;
      }
      const last = items.at(-1);
      if (last?.kind === item.kind && last.turnId === item.turnId && continues(last, item.messageId)) {
        const messageId = last.messageId ?? item.messageId;
        items[items.length - 1] = { ...last, messageId, parts: item.parts.reduce(withPart, last.parts) };
      } else items.push(item);
      return;
    }
    case "tool-call": {
      const place = items.findLastIndex(
        (other) =>
          other.kind === "tool-call" &&
          other.call.toolCallId === item.call.toolCallId &&
          (item.turnId === null || other.turnId === item.turnId),
      );
      const known = items[place];
      if (known?.kind !== "tool-call") items.push({ ...item, call: firstOf(item.call) });
      else items[place] = { ...known, call: withNew(known.call, item.call), endedAt: item.endedAt ?? known.endedAt };
      return;
    }
    case "plan": {
      const place = items.findLastIndex((other) => other.kind === "plan" && other.turnId === item.turnId);
      const known = items[place];
      if (known === undefined) items.push(item);
      else items[place] = { ...item, seq: known.seq, at: known.at };
      return;
    }
    case "request":
      if (!items.some((other) => other.kind === "request" && other.requestId === item.requestId)) items.push(item);
      return;
    case "person":
      if (
        !items.some(
          (other) => other.kind === "person" && other.turnId === item.turnId && other.attempt === item.attempt,
        )
      ) {
        items.push(item);
      }
      return;
    case "turn-end": {
      const place = items.findIndex(
        (other) =>
          other.kind === "turn-end" && other.turn.id === item.turn.id && other.turn.attempt === item.turn.attempt,
      );
      const known = items[place];
      if (known?.kind === "turn-end" && known.turn.state === item.turn.state) return;
      // A turn that was given up may have gone on after all, and ended otherwise.
      if (known !== undefined) items.splice(place, 1);
      items.push(item);
      return;
    }
    case "cut": {
      // What broke off is no part of the conversation.
      const isCut = (other: Item) =>
        (other.kind === "message" || other.kind === "thought") &&
        other.messageId !== null &&
        item.messageIds.includes(other.messageId);
      items.splice(0, items.length, ...items.filter((other) => !isCut(other)));
      const last = items.at(-1);
      if (last?.kind === "cut") {
        const messageIds = [...new Set([...last.messageIds, ...item.messageIds])];
        items[items.length - 1] = { ...last, messageIds, problem: item.problem };
      } else items.push(item);
      return;
    }
    case "summary":
      items.push(item);
      return;
    case "noise": {
      const last = items.at(-1);
      if (last?.kind === "noise") items[items.length - 1] = { ...last, lines: [...last.lines, ...item.lines] };
      else items.push(item);
    }
  }
}

/** Puts a message in the place that it has already; one without text has none. */
function putWhole(items: Item[], item: Item & Said): void {
  const place = items.findLastIndex(
    (other) => other.kind === item.kind && other.turnId === item.turnId && other.messageId === item.messageId,
  );
  const known = items[place];
  const isEmpty = item.parts.every((part) => part.type === "text" && (part.text ?? "") === "");
  if (known === undefined) {
    if (!isEmpty) items.push(item);
  } else if (isEmpty) items.splice(place, 1);
  else items[place] = { ...item, seq: known.seq, at: known.at };
}

/** A piece belongs to the message before it unless it says that it is another one's. */
function continues(last: Said, messageId: string | null): boolean {
  return last.messageId === null || messageId === null || last.messageId === messageId;
}

function withPart(parts: readonly ContentBlock[], part: ContentBlock): readonly ContentBlock[] {
  const last = parts.at(-1);
  if (part.type !== "text" || last?.type !== "text") return [...parts, part];
  return [...parts.slice(0, -1), { ...last, text: `${last.text ?? ""}${part.text ?? ""}` }];
}

/** A call as it is when it is told of for the first time; one of a page that was folded already has its output. */
function firstOf(call: ToolCallPayload): ToolCallPayload {
  return call.printed === undefined ? { ...call, ...withPrinted(call, call) } : call;
}

/** What is absent stays; what terminals of the program print is put behind what they have printed. */
function withNew(call: ToolCallPayload, news: ToolCallPayload): ToolCallPayload {
  const said = Object.entries(news).filter(([, value]) => value !== null && value !== undefined);
  return { ...call, ...Object.fromEntries(said), ...withPrinted(call, news) };
}

const ended = { done: true, failed: true, cancelled: true, queued: false, sent: false, running: false } as const;

export function isOver(turn: Turn): boolean {
  return ended[turn.state];
}

export function isInFlight(turn: Turn): boolean {
  return turn.state === "sent" || turn.state === "running";
}

/** Copies a map or list the first time it is written into, so that a batch of events costs one copy. */
class Draft {
  lastSeq: number;
  private readonly from: AgentThreads;
  private reviewSeq: number;
  private agent: Agent | null;
  private instance: AgentInstance | null;
  private workSessions: readonly WorkSession[];
  private turns: Map<string, Turn> | null = null;
  private requests: Map<string, AgentRequest> | null = null;
  private readonly items = new Map<string, Item[]>();
  private readonly usage = new Map<string, UsagePayload>();

  constructor(from: AgentThreads) {
    this.from = from;
    this.lastSeq = from.lastSeq;
    this.reviewSeq = from.reviewSeq;
    this.agent = from.agent;
    this.instance = from.instance;
    this.workSessions = from.workSessions;
  }

  take(event: AgentEvent): void {
    this.lastSeq = event.seq;
    const place = { seq: event.seq, at: event.at, turnId: event.turnId ?? null };
    switch (event.kind) {
      case "agent-message":
        this.say(event, { ...place, kind: "message", ...said(event.payload) });
        return;
      case "agent-thought":
        this.say(event, { ...place, kind: "thought", ...said(event.payload) });
        return;
      case "user-message":
        // Programs repeat what they were asked; only what nobody asked here is news.
        if (!this.wasAsked(event, event.payload))
          this.say(event, { ...place, kind: "repeated", ...said(event.payload) });
        return;
      case "tool-call": {
        const isEnd = event.payload.status === "completed" || event.payload.status === "failed";
        put(this.itemsOf(event), {
          ...place,
          kind: "tool-call",
          call: event.payload,
          endedAt: isEnd ? event.at : null,
        });
        return;
      }
      case "plan":
        put(this.itemsOf(event), { ...place, kind: "plan", entries: event.payload.entries ?? [] });
        return;
      case "usage":
        this.usage.set(this.conversationOf(event), event.payload);
        return;
      case "noise":
        put(this.itemsOf(event), { ...place, kind: "noise", lines: [event.payload.text ?? ""] });
        return;
      case "other":
        put(this.itemsOf(event), { ...place, kind: "noise", lines: [JSON.stringify(event.payload)] });
        return;
      case "answer-cut": {
        const { messageId, problem } = event.payload;
        put(this.itemsOf(event), { ...place, kind: "cut", messageIds: [messageId], problem });
        return;
      }
      case "summed-up":
        put(this.itemsOf(event), { ...place, kind: "summary", text: event.payload.text ?? "" });
        return;
      case "agent-changed":
        // An event is for everybody, so it does not say what this reader may do.
        this.agent = { ...event.payload.agent, role: event.payload.agent.role ?? this.agent?.role ?? null };
        return;
      case "instance-changed":
        this.instance = { ...this.instance, ...event.payload.instance };
        return;
      case "work-session-changed": {
        const { workSession } = event.payload;
        const isKnown = this.workSessions.some((one) => one.id === workSession.id);
        this.workSessions = isKnown
          ? this.workSessions.map((one) => (one.id === workSession.id ? workSession : one))
          : [...this.workSessions, workSession];
        return;
      }
      case "turn-changed":
        this.turnChanged(event, event.payload.turn);
        return;
      case "request-changed": {
        const { request } = event.payload;
        this.requests ??= new Map(this.from.requests);
        this.requests.set(request.id, request);
        if (isForPerson(request)) put(this.itemsOf(event), { ...place, kind: "request", requestId: request.id });
        return;
      }
      case "commands":
      case "mode":
      case "options":
      case "title":
      case "served":
      case "setting-refused":
      case "question-over":
        return;
      case "review-changed":
        this.reviewSeq = event.seq;
        return;
      default:
        // A kind of event that is younger than this page says nothing to it.
        event satisfies never;
    }
  }

  done(): AgentThreads {
    const conversations = new Map(this.from.conversations);
    for (const id of new Set([...this.items.keys(), ...this.usage.keys()])) {
      const before = conversations.get(id) ?? emptyConversation;
      conversations.set(id, {
        items: this.items.get(id) ?? before.items,
        usage: this.usage.get(id) ?? before.usage,
      });
    }
    return {
      firstSeq: this.from.firstSeq,
      lastSeq: this.lastSeq,
      agent: this.agent,
      instance: this.instance,
      workSessions: this.workSessions,
      turns: this.turns ?? this.from.turns,
      requests: this.requests ?? this.from.requests,
      conversations,
      reviewSeq: this.reviewSeq,
    };
  }

  private say(event: AgentEvent, item: Item): void {
    if ("parts" in item && item.parts.length > 0) put(this.itemsOf(event), item);
  }

  private turnChanged(event: AgentEvent, turn: Turn): void {
    const before = (this.turns ?? this.from.turns).get(turn.id);
    this.turns ??= new Map(this.from.turns);
    this.turns.set(turn.id, turn);
    const wasSent = turn.dispatchedAt !== undefined && turn.dispatchedAt !== null;
    // What was taken back before it was sent has never been said.
    if (turn.state === "queued" || (turn.state === "cancelled" && !wasSent)) return;
    const place = { seq: event.seq, at: event.at, turnId: turn.id };
    if (turn.state === "sent" || turn.state === "running" || (turn.state === "failed" && !wasSent)) {
      const { attempt, text, images, createdBy } = turn;
      put(this.itemsOf(event), { ...place, kind: "person", attempt, text, images, createdBy: createdBy ?? null });
    }
    const wasOver = before !== undefined && isOver(before) && before.attempt === turn.attempt;
    if (isOver(turn) && (!wasOver || !this.hasEnd(event, turn))) {
      // A hair later than the message, so that both have a place of their own.
      put(this.itemsOf(event), { ...place, seq: event.seq + 0.5, kind: "turn-end", turn });
    }
  }

  private hasEnd(event: AgentEvent, turn: Turn): boolean {
    return this.itemsOf(event).some(
      (item) => item.kind === "turn-end" && item.turn.id === turn.id && item.turn.attempt === turn.attempt,
    );
  }

  private wasAsked(event: AgentEvent, payload: SaidPayload): boolean {
    const text = payload.content?.text?.trim();
    if (text === undefined) return true;
    return [...(this.turns ?? this.from.turns).values()].some(
      (turn) => turn.workSessionId === event.workSessionId && turn.text.includes(text),
    );
  }

  /** What belongs to no work session is shown with the first one. */
  private conversationOf(event: AgentEvent): string {
    return event.workSessionId ?? this.workSessions[0]?.id ?? "";
  }

  private itemsOf(event: AgentEvent): Item[] {
    const id = this.conversationOf(event);
    let items = this.items.get(id);
    if (items === undefined) {
      items = [...(this.from.conversations.get(id)?.items ?? [])];
      this.items.set(id, items);
    }
    return items;
  }
}

function said({ messageId, content, replaces }: SaidPayload): Pick<Said, "messageId" | "parts" | "isWhole"> {
  const parts = content === undefined ? [] : [content];
  return { messageId: messageId ?? null, parts, ...(replaces === true ? { isWhole: true } : {}) };
}

export function isForPerson(request: AgentRequest): boolean {
  return request.what === "permission" || request.what === "question" || request.what === "login";
}

/** Turns of a work session that wait, the next one first. */
export function queueOf(threads: AgentThreads, workSessionId: string): Turn[] {
  return [...threads.turns.values()]
    .filter((turn) => turn.workSessionId === workSessionId && turn.state === "queued")
    .toSorted((a, b) => a.position - b.position);
}

export function inFlight(threads: AgentThreads, workSessionId: string): Turn | undefined {
  return [...threads.turns.values()].find((turn) => turn.workSessionId === workSessionId && isInFlight(turn));
}

/** Questions that wait for a person, the oldest first. */
export function openRequests(threads: AgentThreads, workSessionId?: string): AgentRequest[] {
  return [...threads.requests.values()]
    .filter(
      (request) =>
        request.state === "open" &&
        isForPerson(request) &&
        (workSessionId === undefined || (request.workSessionId ?? workSessionId) === workSessionId),
    )
    .toSorted((a, b) => a.createdAt.localeCompare(b.createdAt));
}
