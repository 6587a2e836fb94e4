import { backOff } from "./backOff";
import { EventStreamReader, type RawEvent } from "./eventStream";
import type { Clock, LinkEnd, LinkState } from "./link";

export interface ResumedStreamOptions {
  open: (lastEventId: string | null, signal: AbortSignal) => Promise<Response>;
  clock: Clock;
  isOnline: () => boolean;
  onLink: (link: LinkState) => void;
  onEvent: (event: RawEvent) => void;
  /** Anything came, if only a sign of life. */
  onHeard?: () => void;
  /** Statuses after which there is nothing to come back for; everything else is tried again. */
  endOf: (status: number) => LinkEnd | null;
}

/** The server sends at least a comment each 15 seconds; after this long without a byte the connection is taken for dead. */
const silence = 40_000;

/** Server-sent events, kept over lost connections by Last-Event-ID: every event once, in order. */
export class ResumedStream {
  private readonly options: ResumedStreamOptions;
  private lastEventId: string | null = null;
  private attempt = 0;
  private lostAt: number | null = null;
  private isLive = false;
  private isClosed = false;
  private current: AbortController | null = null;
  private cancelTimer: (() => void) | null = null;

  constructor(options: ResumedStreamOptions) {
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
    const { clock, onLink, endOf } = this.options;
    this.cancelTimer?.();
    if (this.lostAt !== null) onLink({ kind: "reconnecting", since: this.lostAt, nextTryAt: null });
    const attempt = new AbortController();
    this.current = attempt;
    try {
      this.watchSilence(attempt);
      const answer = await this.options.open(this.lastEventId, attempt.signal);
      const end = endOf(answer.status);
      if (end !== null && this.current === attempt && !this.isClosed) {
        this.isClosed = true;
        this.cancelTimer?.();
        onLink({ kind: "closed", reason: end });
        return;
      }
      if (!answer.ok || answer.body === null) throw new Error(`The stream answered ${answer.status}.`);
      if (this.current === attempt && !this.isClosed) this.becomeLive();
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
      this.attempt = 0;
      for (const event of events.read(decoder.decode(value, { stream: true }))) {
        if (event.id !== null && event.id !== "") this.lastEventId = event.id;
        this.options.onEvent(event);
      }
    }
  }

  private becomeLive(): void {
    if (this.isLive) return;
    this.isLive = true;
    this.lostAt = null;
    this.options.onLink({ kind: "live" });
  }

  private watchSilence(attempt: AbortController): void {
    this.cancelTimer?.();
    this.cancelTimer = this.options.clock.after(silence, () => attempt.abort());
  }
}
