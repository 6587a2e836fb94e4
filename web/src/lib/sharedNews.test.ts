import { describe, expect, it } from "vitest";
import type { NewsEvent } from "@/contracts/news";
import { FakeClock } from "./fakeClock";
import type { LinkState } from "./link";
import { type Channel, type Leadership, SharedNews, type Stream, type TabMessage } from "./sharedNews";

/** The channel and the lock between the tabs of a browser. */
class FakeBrowser {
  readonly clock = new FakeClock();
  streams = 0;
  private readonly listeners = new Set<(message: TabMessage) => void>();
  private holder: { end: (reason: unknown) => void } | null = null;
  private readonly waiting: (() => void)[] = [];

  channel(): Channel {
    const own = new Set<(message: TabMessage) => void>();
    return {
      post: (message) => {
        for (const listener of this.listeners) if (!own.has(listener)) listener(message);
      },
      listen: (listener) => {
        own.add(listener);
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
      },
    };
  }

  readonly leadership: Leadership = {
    hold: (isStolen, lead, signal) =>
      new Promise<void>((resolve, reject) => {
        const take = () => {
          if (signal.aborted) return this.next();
          const held = { end: reject };
          this.holder = held;
          void lead().then(() => {
            if (this.holder === held) this.next();
            resolve();
          });
        };
        if (isStolen) {
          this.holder?.end(new Error("stolen"));
          take();
        } else if (this.holder === null) take();
        else this.waiting.push(take);
      }),
  };

  private next(): void {
    this.holder = null;
    this.waiting.shift()?.();
  }
}

class Tab {
  readonly news: NewsEvent[] = [];
  link: LinkState = { kind: "connecting" };
  report: { onLink: (link: LinkState) => void; onNews: (news: NewsEvent) => void; onHeard: () => void } | null = null;
  readonly shared: SharedNews;

  constructor(browser: FakeBrowser) {
    this.shared = new SharedNews({
      channel: browser.channel(),
      leadership: browser.leadership,
      clock: browser.clock,
      openStream: (report) => {
        this.report = report;
        browser.streams++;
        const stream: Stream = {
          start: () => {},
          retryNow: () => {},
          suspect: () => {},
          dispose: () => {
            browser.streams--;
            this.report = null;
          },
        };
        return stream;
      },
      whole: () => this.news[0] ?? null,
      onLink: (link) => {
        this.link = link;
      },
      onNews: (news) => this.news.push(news),
    });
    this.shared.start();
  }
}

const snapshot: NewsEvent = {
  event: "snapshot",
  data: { sessions: [], hosts: [], repositories: [], agentPrograms: [], agents: [], inboxItems: [] },
};
const removed: NewsEvent = { event: "session-removed", data: { sessionId: "a" } };

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

describe("news of several tabs", () => {
  it("comes over one stream and reaches all of them", async () => {
    const browser = new FakeBrowser();
    const [first, second] = [new Tab(browser), new Tab(browser)];
    first.report?.onLink({ kind: "live" });
    first.report?.onNews(snapshot);
    await settled();

    expect(browser.streams).toBe(1);
    expect(second.news).toEqual([snapshot]);
    expect(second.link).toEqual({ kind: "live" });
  });

  it("is told as a whole to a tab that joins", () => {
    const browser = new FakeBrowser();
    const first = new Tab(browser);
    first.report?.onLink({ kind: "live" });
    first.report?.onNews(snapshot);
    const later = new Tab(browser);

    expect(later.news).toEqual([snapshot]);
    expect(later.link).toEqual({ kind: "live" });
  });

  it("goes on in another tab when the leading one closes", async () => {
    const browser = new FakeBrowser();
    const [first, second] = [new Tab(browser), new Tab(browser)];
    first.shared.dispose();
    await settled();
    second.report?.onNews(removed);

    expect(browser.streams).toBe(1);
    expect(second.news).toEqual([removed]);
  });

  it("goes on in another tab when the leading one sleeps, and the sleeper follows", async () => {
    const browser = new FakeBrowser();
    const [first, second] = [new Tab(browser), new Tab(browser)];
    browser.clock.advance(60_000);
    await settled();
    second.report?.onNews(removed);

    expect(browser.streams).toBe(1);
    expect(first.news).toEqual([removed]);
  });

  it("stays with a leader that is heard of", async () => {
    const browser = new FakeBrowser();
    const [first, second] = [new Tab(browser), new Tab(browser)];
    for (let beat = 0; beat < 5; beat++) {
      browser.clock.advance(30_000);
      first.report?.onHeard();
    }
    await settled();

    expect(second.report).toBeNull();
  });
});
