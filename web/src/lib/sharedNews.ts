import type { NewsEvent } from "@/contracts/news";
import type { Clock, LinkState } from "./link";

/** What tabs of one browser tell each other. */
export type TabMessage =
  | { kind: "news"; news: NewsEvent }
  | { kind: "link"; link: LinkState }
  | { kind: "beat" }
  | { kind: "joined" };

export interface Channel {
  post(message: TabMessage): void;
  listen(listener: (message: TabMessage) => void): () => void;
}

/** Who holds it runs the stream for all tabs. `hold` ends when somebody takes it away. */
export interface Leadership {
  hold(isStolen: boolean, lead: () => Promise<void>, signal: AbortSignal): Promise<void>;
}

export interface Stream {
  start(): void;
  dispose(): void;
  retryNow(): void;
  suspect(): void;
}

export interface SharedNewsOptions {
  channel: Channel;
  leadership: Leadership;
  clock: Clock;
  openStream: (report: {
    onLink: (link: LinkState) => void;
    onNews: (news: NewsEvent) => void;
    onHeard: () => void;
  }) => Stream;
  /** What this tab knows as a whole, for a tab that joins; null before the first snapshot. */
  whole: () => NewsEvent | null;
  onLink: (link: LinkState) => void;
  onNews: (news: NewsEvent) => void;
}

/** Longer than the server's silence and the stream's own patience: then the leading tab sleeps, and another leads. */
const leaderSilence = 60_000;

/**
 * One news stream for all tabs. Browsers open at most six connections to a server over HTTP/1.1, so a stream for each tab would starve the seventh. One tab
 * holds a lock and the stream, and passes on what it hears; when it closes, the lock goes to another, which begins with a snapshot.
 */
export class SharedNews {
  private readonly options: SharedNewsOptions;
  private readonly ended = new AbortController();
  private stream: Stream | null = null;
  private link: LinkState = { kind: "connecting" };
  private stopListening: () => void = () => {};
  private cancelWatch: () => void = () => {};

  constructor(options: SharedNewsOptions) {
    this.options = options;
  }

  start(): void {
    this.stopListening = this.options.channel.listen((message) => this.hear(message));
    void this.waitToLead(false);
    this.options.channel.post({ kind: "joined" });
    this.watchLeader();
  }

  dispose(): void {
    this.ended.abort();
    this.stopListening();
    this.cancelWatch();
    this.stream?.dispose();
    this.stream = null;
  }

  retryNow(): void {
    this.stream?.retryNow();
  }

  suspect(): void {
    this.stream?.suspect();
  }

  private async waitToLead(isStolen: boolean): Promise<void> {
    const { leadership } = this.options;
    try {
      await leadership.hold(isStolen, () => this.lead(), this.ended.signal);
    } catch {
      // Taken away by a tab that heard nothing from this one, or given up: either way this tab follows again.
    }
    this.stream?.dispose();
    this.stream = null;
    if (this.ended.signal.aborted) return;
    this.watchLeader();
    void this.waitToLead(false);
  }

  private lead(): Promise<void> {
    const { channel, openStream, onLink, onNews } = this.options;
    this.cancelWatch();
    this.stream = openStream({
      onLink: (link) => {
        this.link = link;
        onLink(link);
        channel.post({ kind: "link", link });
      },
      onNews: (news) => {
        onNews(news);
        channel.post({ kind: "news", news });
      },
      onHeard: () => channel.post({ kind: "beat" }),
    });
    this.stream.start();
    return new Promise((resolve) => this.ended.signal.addEventListener("abort", () => resolve()));
  }

  private hear(message: TabMessage): void {
    const { channel, onLink, onNews, whole } = this.options;
    if (this.stream !== null) {
      if (message.kind !== "joined") return;
      const all = whole();
      if (all !== null) channel.post({ kind: "news", news: all });
      channel.post({ kind: "link", link: this.link });
      return;
    }
    if (message.kind === "joined") return;
    this.watchLeader();
    if (message.kind === "link") onLink(message.link);
    if (message.kind === "news") onNews(message.news);
  }

  private watchLeader(): void {
    this.cancelWatch();
    this.cancelWatch = this.options.clock.after(leaderSilence, () => {
      if (this.stream === null) void this.waitToLead(true);
    });
  }
}
