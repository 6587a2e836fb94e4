import { describe, expect, it } from "vitest";
import type { NewsEvent } from "@/contracts/news";
import { FakeClock } from "./fakeClock";
import type { LinkState } from "./link";
import { NewsStream } from "./newsStream";

class Stage {
  readonly clock = new FakeClock();
  readonly asked: (string | null)[] = [];
  readonly news: NewsEvent[] = [];
  readonly links: LinkState[] = [];
  private writers: ReadableStreamDefaultController<Uint8Array>[] = [];
  status = 200;
  readonly stream = new NewsStream({
    open: async (lastEventId, signal) => {
      this.asked.push(lastEventId);
      const body = new ReadableStream<Uint8Array>({ start: (writer) => void this.writers.push(writer) });
      signal.addEventListener("abort", () => this.writer.error(new Error("aborted")));
      return new Response(this.status === 200 ? body : null, { status: this.status });
    },
    clock: this.clock,
    isOnline: () => true,
    onLink: (link) => this.links.push(link),
    onNews: (news) => this.news.push(news),
  });

  get writer(): ReadableStreamDefaultController<Uint8Array> {
    const writer = this.writers.at(-1);
    if (writer === undefined) throw new Error("No stream was opened.");
    return writer;
  }

  async says(text: string): Promise<void> {
    this.writer.enqueue(new TextEncoder().encode(text));
    await settledQueues();
  }
}

async function settledQueues(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

describe("the news stream", () => {
  it("passes events on and comes back with the last number", async () => {
    const stage = new Stage();
    stage.stream.start();
    await settledQueues();
    await stage.says('id: 41\nevent: session-removed\ndata: {"sessionId":"a"}\n\n');
    stage.writer.close();
    await settledQueues();
    stage.clock.advance(200);
    await settledQueues();

    expect(stage.news).toEqual([{ event: "session-removed", data: { sessionId: "a" } }]);
    expect(stage.asked).toEqual([null, "41"]);
    expect(stage.links.map((link) => link.kind)).toEqual([
      "connecting",
      "live",
      "reconnecting",
      "reconnecting",
      "live",
    ]);
  });

  it("takes silence for a dead connection", async () => {
    const stage = new Stage();
    stage.stream.start();
    await settledQueues();
    await stage.says(": hello\n\n");
    stage.clock.advance(40_000);
    await settledQueues();
    stage.clock.advance(200);

    expect(stage.asked).toHaveLength(2);
  });

  it("stops when the person is signed out", async () => {
    const stage = new Stage();
    stage.status = 401;
    stage.stream.start();
    await settledQueues();
    stage.clock.advance(60_000);

    expect(stage.links.at(-1)).toEqual({ kind: "closed", reason: "signed-out" });
    expect(stage.asked).toHaveLength(1);
  });

  it("ignores events it does not know", async () => {
    const stage = new Stage();
    stage.stream.start();
    await settledQueues();
    await stage.says("id: 1\nevent: later\ndata: {}\n\n");

    expect(stage.news).toEqual([]);
  });
});
