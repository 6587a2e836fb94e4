import type { AgentEvent } from "@/contracts/agentEvents";
import type { AgentWithAll } from "@/contracts/http";
import { ProblemError } from "@/lib/api";
import type { Clock, LinkEnd, LinkState } from "@/lib/link";
import { ResumedStream } from "@/lib/resumedStream";
import { type AgentThreads, afterEvents, beginning, joined } from "./threadReducer";

export interface AgentSource {
  whole: (signal?: AbortSignal) => Promise<AgentWithAll>;
  /** The last events before a number, in order. */
  before: (seq: number, signal?: AbortSignal) => Promise<AgentEvent[]>;
  stream: (after: number, signal: AbortSignal) => Promise<Response>;
}

export interface AgentFollowerOptions {
  source: AgentSource;
  clock: Clock;
  isOnline: () => boolean;
  read: () => AgentThreads | null;
  write: (threads: AgentThreads) => void;
  onLink: (link: LinkState) => void;
}

/** Events that come closer together than this are shown together: a page is painted no faster. */
const together = 16;

/**
 * Keeps what is known of an agent current: what was known before at once, then what is missing, then what comes. It can be dropped and made again at any moment; where
 * it stands is the number of the last event in what it wrote.
 */
export class AgentFollower {
  private readonly options: AgentFollowerOptions;
  private readonly stream: ResumedStream;
  private waiting: AgentEvent[] = [];
  private cancelFlush: (() => void) | null = null;
  private older: Promise<void> | null = null;

  constructor(options: AgentFollowerOptions) {
    this.options = options;
    const { clock, isOnline, onLink } = options;
    this.stream = new ResumedStream({
      clock,
      isOnline,
      onLink,
      endOf,
      open: (_, signal) => this.open(signal),
      onEvent: ({ event, data }) => this.hear(event, data),
    });
  }

  start(): void {
    this.stream.start();
  }

  dispose(): void {
    this.flush();
    this.stream.dispose();
  }

  retryNow(): void {
    this.stream.retryNow();
  }

  suspect(): void {
    this.stream.suspect();
  }

  /** Puts the page of events before the first one in front; false when there is nothing before it. */
  async loadOlder(): Promise<boolean> {
    this.older ??= this.loadPage().finally(() => {
      this.older = null;
    });
    await this.older;
    return hasOlder(this.options.read());
  }

  private async loadPage(): Promise<void> {
    const { source, read, write } = this.options;
    const known = read();
    if (known === null || !hasOlder(known)) return;
    const events = await source.before(known.firstSeq);
    const first = events[0];
    const now = read();
    if (first === undefined || now === null || now.firstSeq !== known.firstSeq) return;
    const blank = { ...beginning(null, first.seq), workSessions: now.workSessions };
    write(joined({ ...afterEvents(blank, events), agent: null, instance: null }, now));
  }

  private async open(signal: AbortSignal): Promise<Response> {
    const { source, read, write } = this.options;
    this.waiting = [];
    let known = read();
    if (known === null) {
      try {
        // The whole first: events tell of what changed after it, and of nothing before it that they do not tell in the end.
        const whole = await source.whole(signal);
        const events = await source.before(Number.MAX_SAFE_INTEGER, signal);
        known = afterEvents(beginning(whole, events[0]?.seq ?? 1), events);
        write(known);
      } catch (error) {
        if (error instanceof ProblemError) return new Response(null, { status: error.status });
        throw error;
      }
    }
    return source.stream(known.lastSeq, signal);
  }

  private hear(kind: string, data: string): void {
    const event = parse(kind, data);
    if (event === null) return;
    this.waiting.push(event);
    this.cancelFlush ??= this.options.clock.after(together, () => this.flush());
  }

  private flush(): void {
    this.cancelFlush?.();
    this.cancelFlush = null;
    const known = this.options.read();
    const events = this.waiting;
    this.waiting = [];
    if (known === null || events.length === 0) return;
    const after = afterEvents(known, events);
    if (after !== known) this.options.write(after);
    // A hole means that the line lost something; coming back with the number that is known brings it.
    if ((events.at(-1)?.seq ?? 0) > after.lastSeq) this.stream.suspect();
  }
}

export function hasOlder(threads: AgentThreads | null): boolean {
  return threads !== null && threads.firstSeq > 1;
}

function endOf(status: number): LinkEnd | null {
  if (status === 401) return "signed-out";
  if (status === 403) return "forbidden";
  return status === 404 ? "deleted" : null;
}

function parse(kind: string, data: string): AgentEvent | null {
  try {
    const event: unknown = JSON.parse(data);
    // The contract says what an event looks like; nothing here can know better.
    return typeof event === "object" && event !== null && "seq" in event ? ({ ...event, kind } as AgentEvent) : null;
  } catch {
    return null;
  }
}
