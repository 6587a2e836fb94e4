import { describe, expect, it } from "vitest";
import type { AgentEvent } from "@/contracts/agentEvents";
import type { AgentWithAll } from "@/contracts/http";
import { ProblemError } from "@/lib/api";
import { FakeClock } from "@/lib/fakeClock";
import type { LinkState } from "@/lib/link";
import { AgentFollower } from "./agentFollower";
import type { AgentThreads } from "./threadReducer";

const whole: AgentWithAll = JSON.parse(
  '{"agent":{"id":"a","role":"owner"},"workSessions":[{"id":"w"}],"turns":[],"requests":[]}',
);

function event(seq: number): AgentEvent {
  const at = "2026-01-01T00:00:00Z";
  return {
    seq,
    at,
    workSessionId: "w",
    turnId: "t",
    kind: "agent-message",
    payload: { messageId: "m", content: { type: "text", text: `${seq} ` } },
  };
}

class Stage {
  readonly clock = new FakeClock();
  readonly links: LinkState[] = [];
  readonly asked: string[] = [];
  threads: AgentThreads | null = null;
  readonly total: number;
  private writers: ReadableStreamDefaultController<Uint8Array>[] = [];
  missing = false;

  constructor(total: number) {
    this.total = total;
  }

  readonly follower = new AgentFollower({
    source: {
      whole: async () => {
        this.asked.push("whole");
        if (this.missing) throw new ProblemError(404, {});
        return whole;
      },
      before: async (seq) => {
        const end = Math.min(seq, this.total + 1);
        this.asked.push(`before ${end}`);
        return Array.from({ length: Math.min(3, end - 1) }, (_, index) => event(end - Math.min(3, end - 1) + index));
      },
      stream: async (after, signal) => {
        this.asked.push(`after ${after}`);
        const body = new ReadableStream<Uint8Array>({ start: (writer) => void this.writers.push(writer) });
        signal.addEventListener("abort", () => this.writer.error(new Error("aborted")));
        return new Response(body);
      },
    },
    clock: this.clock,
    isOnline: () => true,
    read: () => this.threads,
    write: (threads) => {
      this.threads = threads;
    },
    onLink: (link) => this.links.push(link),
  });

  get writer(): ReadableStreamDefaultController<Uint8Array> {
    const writer = this.writers.at(-1);
    if (writer === undefined) throw new Error("No stream was opened.");
    return writer;
  }

  async says(...seqs: number[]): Promise<void> {
    const text = seqs
      .map((seq) => `id: ${seq}\nevent: agent-message\ndata: ${JSON.stringify(event(seq))}\n\n`)
      .join("");
    this.writer.enqueue(new TextEncoder().encode(text));
    await this.settles();
    this.clock.advance(20);
    await this.settles();
  }

  async settles(): Promise<void> {
    for (let turn = 0; turn < 30; turn++) await Promise.resolve();
  }

  get text(): string {
    const item = this.threads?.conversations.get("w")?.items[0];
    return item?.kind === "message" ? (item.parts[0]?.text ?? "") : "";
  }
}

describe("following an agent", () => {
  it("begins with the last page and goes on with what comes", async () => {
    const stage = new Stage(10);
    stage.follower.start();
    await stage.settles();
    await stage.says(11, 12);

    expect(stage.asked).toEqual(["whole", "before 11", "after 10"]);
    expect(stage.text).toBe("8 9 10 11 12 ");
    expect(stage.links.at(-1)).toEqual({ kind: "live" });
  });

  it("comes back after a lost line where it stood, and takes nothing twice", async () => {
    const stage = new Stage(3);
    stage.follower.start();
    await stage.settles();
    await stage.says(4);
    stage.writer.close();
    await stage.settles();
    stage.clock.advance(1_000);
    await stage.settles();
    await stage.says(4, 5);

    expect(stage.asked).toEqual(["whole", "before 4", "after 3", "after 4"]);
    expect(stage.text).toBe("1 2 3 4 5 ");
  });

  it("asks for what a hole has swallowed", async () => {
    const stage = new Stage(3);
    stage.follower.start();
    await stage.settles();
    await stage.says(6);

    expect(stage.asked.at(-1)).toBe("after 3");
    expect(stage.threads?.lastSeq).toBe(3);
  });

  it("shows what was known at once when somebody comes back to the agent", async () => {
    const before = new Stage(3);
    before.follower.start();
    await before.settles();
    before.follower.dispose();
    const stage = new Stage(3);
    stage.threads = before.threads;
    stage.follower.start();
    await stage.settles();

    expect(stage.asked).toEqual(["after 3"]);
  });

  it("puts older pages in front until the first event", async () => {
    const stage = new Stage(8);
    stage.follower.start();
    await stage.settles();

    expect(await stage.follower.loadOlder()).toBe(true);
    expect(await stage.follower.loadOlder()).toBe(false);
    expect(stage.text).toBe("1 2 3 4 5 6 7 8 ");
  });

  it("ends with an agent that is not there", async () => {
    const stage = new Stage(0);
    stage.missing = true;
    stage.follower.start();
    await stage.settles();

    expect(stage.links.at(-1)).toEqual({ kind: "closed", reason: "deleted" });
  });
});
