import type { NewsEvent } from "@/contracts/news";
import { backOff } from "./backOff";
import { EventStreamReader } from "./eventStream";
import type { Clock, LinkState } from "./link";

export interface NewsStreamOptions {
  open: (lastEventId: string | null, signal: AbortSignal) => Promise<Response>;
  clock: Clock;
  isOnline: () => boolean;
  onLink: (link: LinkState) => void;
  onNews: (news: NewsEvent) => void;
  /** Anything came, if only a sign of life. */
  onHeard?: () => void;
}

/** The server sends at least a comment each 15 seconds; after this long without a byte the connection is taken for dead. */
const silence = 40_000;

/** The server's news, kept over lost connections by Last-Event-ID: every event once, in order. */
export class NewsStream {
  private readonly options: NewsStreamOptions;
  private lastEventId: string | null = null;
  private attempt = 0;
  private lostAt: number | null = null;
  private isLive = false;
  private isClosed = false;
  private current: AbortController | null = null;
  private cancelTimer: (() => void) | null = null;

  constructor(options: NewsStreamOptions) {
    this.options = options;
  }

  start(): void {
    this.options.onLink({ kind: "connecting" });
    void this.connect();
  }

  dispose(): void {
    this.isClosed = true;
    this.cancelTimer?.();
    this.current?.abort();
  }

  /** For a network that came back, a tab that is looked at again, a person who asks. */
  retryNow(): void {
    if (this.isClosed || this.current !== null) return;
    this.attempt = 0;
    void this.connect();
  }

  /** The connection may be dead without having said so; coming back with the last number costs nothing. */
  suspect(): void {
    if (this.isClosed) return;
    this.current?.abort();
    this.current = null;
    this.attempt = 0;
    void this.connect();
  }

  private async connect(): Promise<void> {
    const { clock, onLink } = this.options;
    this.cancelTimer?.();
    if (this.lostAt !== null) onLink({ kind: "reconnecting", since: this.lostAt, nextTryAt: null });
    const attempt = new AbortController();
    this.current = attempt;
    try {
      this.watchSilence(attempt);
      const answer = await this.options.open(this.lastEventId, attempt.signal);
      if (answer.status === 401 || answer.status === 403) {
        this.isClosed = true;
        this.cancelTimer?.();
        onLink({ kind: "closed", reason: "signed-out" });
        return;
      }
      if (!answer.ok || answer.body === null) throw new Error(`The news stream answered ${answer.status}.`);
      await this.read(answer.body, attempt);
    } catch {
      // Whatever it was, the answer is the same: wait and come back with the last number.
    }
    if (this.current !== attempt || this.isClosed) return;
    this.current = null;
    this.isLive = false;
    this.lostAt ??= clock.now();
    const wait = backOff(this.attempt++, clock.random());
    onLink(
      this.options.isOnline()
        ? { kind: "reconnecting", since: this.lostAt, nextTryAt: clock.now() + wait }
        : { kind: "offline", since: this.lostAt },
    );
    this.cancelTimer?.();
    this.cancelTimer = clock.after(wait, () => void this.connect());
  }

  private async read(body: ReadableStream<Uint8Array>, attempt: AbortController): Promise<void> {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    const events = new EventStreamReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || this.current !== attempt) return;
      this.watchSilence(attempt);
      this.options.onHeard?.();
      if (!this.isLive) {
        this.isLive = true;
        this.attempt = 0;
        this.lostAt = null;
        this.options.onLink({ kind: "live" });
      }
      for (const event of events.read(decoder.decode(value, { stream: true }))) {
        if (event.id !== null && event.id !== "") this.lastEventId = event.id;
        const news = parse(event.event, event.data);
        if (news !== null) this.options.onNews(news);
      }
    }
  }

  private watchSilence(attempt: AbortController): void {
    this.cancelTimer?.();
    this.cancelTimer = this.options.clock.after(silence, () => attempt.abort());
  }
}

const knownEvents: ReadonlySet<string> = new Set<NewsEvent["event"]>([
  "snapshot",
  "reset",
  "session-changed",
  "session-removed",
  "worker-activity",
  "repository-changed",
  "repository-removed",
  "agent-program-changed",
  "agent-program-removed",
  "host-changed",
  "operation",
]);

function parse(event: string, data: string): NewsEvent | null {
  if (!knownEvents.has(event)) return null;
  try {
    return { event, data: JSON.parse(data) } as NewsEvent;
  } catch {
    return null;
  }
}
