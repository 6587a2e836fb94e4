import { beforeEach, describe, expect, it } from "vitest";
import type { WorkerServerMessage } from "@/contracts/workerSocket";
import { FakeClock } from "./fakeClock";
import type { LinkState } from "./link";
import { type SocketLike, WorkerSocket, type WorkerSocketEvent } from "./workerSocket";

class FakeSocket implements SocketLike {
  binaryType: BinaryType = "blob";
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: MessageEvent) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  readonly sent: unknown[] = [];
  isClosed = false;

  readonly address: URL;

  constructor(address: URL) {
    this.address = address;
  }

  send(data: string): void {
    this.sent.push(JSON.parse(data));
  }

  close(): void {
    this.isClosed = true;
  }

  says(message: WorkerServerMessage): void {
    this.onmessage?.(new MessageEvent("message", { data: JSON.stringify(message) }));
  }

  prints(offset: number, text: string): void {
    const bytes = new TextEncoder().encode(text);
    const frame = new ArrayBuffer(8 + bytes.length);
    new DataView(frame).setBigUint64(0, BigInt(offset));
    new Uint8Array(frame, 8).set(bytes);
    this.onmessage?.(new MessageEvent("message", { data: frame }));
  }

  breaks(code = 1006): void {
    this.onclose?.(new CloseEvent("close", { code }));
  }

  get from(): string | null {
    return this.address.searchParams.get("from");
  }
}

class Stage {
  readonly clock = new FakeClock();
  readonly sockets: FakeSocket[] = [];
  readonly events: WorkerSocketEvent[] = [];
  readonly kept = new Map<string, string>();
  isOnline = true;
  showsAtOnce = true;
  screen = "";
  link: LinkState = { kind: "connecting" };
  worker = this.tab();

  tab(): WorkerSocket {
    const kept = this.kept;
    return new WorkerSocket({
      sessionId: "ses_1",
      workerId: "wrk_1",
      address: "ws://atelier.test",
      client: "tab-1",
      renameClient: () => "tab-2",
      open: (address) => {
        const socket = new FakeSocket(new URL(address));
        this.sockets.push(socket);
        return socket;
      },
      storage: {
        getItem: (key) => kept.get(key) ?? null,
        setItem: (key, value) => void kept.set(key, value),
        removeItem: (key) => void kept.delete(key),
      },
      clock: this.clock,
      isOnline: () => this.isOnline,
      onEvent: (event) => this.see(event),
    });
  }

  see(event: WorkerSocketEvent): void {
    this.events.push(event);
    if (event.kind === "link") this.link = event.link;
    if (event.kind === "output") {
      this.screen += new TextDecoder().decode(event.bytes);
      if (this.showsAtOnce) event.processed();
    }
    if (event.kind === "snapshot") {
      this.screen = event.data;
      if (this.showsAtOnce) event.processed();
    }
  }

  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error("No socket was opened.");
    return socket;
  }

  attach(values: Partial<Extract<WorkerServerMessage, { type: "attached" }>> = {}): void {
    const { epoch = 1, ...rest } = values;
    this.socket.says({
      type: "attached",
      offset: 0,
      epoch,
      end: 0,
      cols: 80,
      rows: 24,
      inputAck: 0,
      inputEpoch: epoch,
      ...rest,
    });
  }

  live(): void {
    this.worker.start();
    this.attach();
    this.socket.says({ type: "snapshot", offset: 100, epoch: 1, cols: 80, rows: 24, data: "$ " });
  }

  of<Kind extends WorkerSocketEvent["kind"]>(kind: Kind): Extract<WorkerSocketEvent, { kind: Kind }>[] {
    return this.events.filter((event): event is Extract<WorkerSocketEvent, { kind: Kind }> => event.kind === kind);
  }
}

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});

describe("output", () => {
  it("starts from a snapshot of the screen and goes on live", () => {
    stage.live();
    stage.socket.prints(100, "ls\r\n");

    expect(stage.sockets[0]?.address.searchParams.get("lag")).toBe("screen");
    expect(stage.sockets[0]?.from).toBeNull();
    expect(stage.screen).toBe("$ ls\r\n");
    expect(stage.link).toEqual({ kind: "live" });
  });

  it("resumes at the offset and epoch it has after any disconnect", () => {
    stage.live();
    stage.socket.prints(100, "abc");
    stage.socket.breaks();
    stage.clock.advance(200);

    expect(stage.socket.from).toBe("103");
    expect(stage.socket.address.searchParams.get("epoch")).toBe("1");
  });

  it("shows bytes that come twice once", () => {
    stage.live();
    stage.socket.prints(100, "abc");
    stage.socket.breaks();
    stage.clock.advance(200);
    stage.attach({ offset: 103 });
    stage.socket.prints(101, "bcde");
    stage.socket.prints(99, "xa");

    expect(stage.screen).toBe("$ abcde");
  });

  it("tells of a hole and goes on behind it", () => {
    stage.live();
    stage.socket.says({ type: "gap", from: 100, to: 500 });
    stage.socket.prints(500, "z");

    expect(stage.of("gap")).toEqual([{ kind: "gap", from: 100, to: 500 }]);
    expect(stage.screen).toBe("$ z");
  });

  it("drops the line when the screen falls too far behind, and is current again from a snapshot", () => {
    stage.live();
    stage.showsAtOnce = false;
    const flood = "x".repeat(1024 * 1024);
    for (let at = 0; at < 5; at++) stage.socket.prints(100 + at * flood.length, flood);

    expect(stage.sockets[0]?.isClosed).toBe(true);
    expect(stage.sockets).toHaveLength(1);

    for (const output of stage.of("output")) output.processed();

    expect(stage.sockets).toHaveLength(2);
    expect(stage.socket.from).toBeNull();
  });
});

describe("the connection", () => {
  it("says since when it is lost and when it tries next", () => {
    stage.live();
    const lostAt = stage.clock.now();
    stage.socket.breaks();

    expect(stage.link).toEqual({ kind: "reconnecting", since: lostAt, nextTryAt: lostAt + 200 });
  });

  it("waits longer after each failure and counts from the first loss", () => {
    stage.live();
    const lostAt = stage.clock.now();
    stage.socket.breaks();
    stage.clock.advance(200);
    stage.socket.breaks();

    expect(stage.link).toEqual({ kind: "reconnecting", since: lostAt, nextTryAt: stage.clock.now() + 400 });
  });

  it("tries at once when asked", () => {
    stage.live();
    stage.socket.breaks();
    stage.worker.retryNow();

    expect(stage.sockets).toHaveLength(2);
  });

  it("gives up an attempt that nobody answers", () => {
    stage.worker.start();
    stage.clock.advance(10_000);

    expect(stage.link.kind).toBe("reconnecting");
    expect(stage.sockets[0]?.isClosed).toBe(true);
  });

  it("is offline while there is no network, and tries at once when there is one", () => {
    stage.live();
    stage.isOnline = false;
    stage.worker.networkLost();
    expect(stage.link.kind).toBe("offline");

    stage.isOnline = true;
    stage.worker.retryNow();
    expect(stage.sockets).toHaveLength(2);
  });

  it("is made again after a sleep, because a dead socket does not say so", () => {
    stage.live();
    stage.clock.advance(60_000);
    stage.worker.suspect();

    expect(stage.sockets).toHaveLength(2);
    expect(stage.socket.from).toBe("100");
  });

  it.each([
    [4003, "forbidden"],
    [4004, "unknown"],
    [4008, "misbehaved"],
    [4010, "deleted"],
  ])("ends for good with %i", (code, reason) => {
    stage.live();
    stage.socket.breaks(code);
    stage.clock.advance(60_000);

    expect(stage.link).toEqual({ kind: "closed", reason });
    expect(stage.sockets).toHaveLength(1);
  });

  it("is made again when the server stops in order (WS13)", () => {
    stage.live();
    stage.socket.breaks(1001);
    stage.clock.advance(60_000);

    expect(stage.sockets.length).toBeGreaterThan(1);
    expect(stage.socket.from).toBe("100");
  });

  it("is made again when typing goes unheard", () => {
    stage.live();
    stage.clock.advance(100);
    stage.worker.type("a");
    stage.clock.advance(5_000);

    expect(stage.sockets).toHaveLength(2);
  });
});

describe("typing", () => {
  it("is numbered from 1 and acknowledged", () => {
    stage.live();
    stage.worker.type("a");
    stage.worker.type("b");
    stage.socket.says({ type: "input-ack", seq: 2 });

    expect(stage.socket.sent).toEqual([
      { type: "input", seq: 1, epoch: 1, data: "a" },
      { type: "input", seq: 2, epoch: 1, data: "b" },
    ]);
    expect(stage.of("waiting").at(-1)).toEqual({ kind: "waiting", characters: 0 });
    expect(stage.kept.size).toBe(0);
  });

  it("waits while there is no connection and goes out in order, once", () => {
    stage.live();
    stage.worker.type("a");
    stage.worker.type("b");
    stage.socket.breaks();
    stage.worker.type("c");
    stage.clock.advance(200);
    stage.attach({ offset: 100, inputAck: 1 });

    expect(stage.socket.sent).toEqual([
      { type: "input", seq: 2, epoch: 1, data: "b" },
      { type: "input", seq: 3, epoch: 1, data: "c" },
    ]);
  });

  it("survives a reload of the tab", () => {
    stage.live();
    stage.worker.type("a");
    stage.worker.dispose();
    stage.worker = stage.tab();
    stage.worker.start();
    stage.attach({ inputAck: 0 });

    expect(stage.socket.sent).toEqual([{ type: "input", seq: 1, epoch: 1, data: "a" }]);
  });

  it("goes on from inputAck in a tab that knows nothing", () => {
    stage.worker.start();
    stage.attach({ inputAck: 41 });
    stage.worker.type("x");

    expect(stage.socket.sent).toEqual([{ type: "input", seq: 42, epoch: 1, data: "x" }]);
  });

  it("is dropped with a note when the process was started again", () => {
    stage.live();
    stage.socket.breaks();
    stage.worker.type("rm");
    stage.clock.advance(200);
    stage.attach({ offset: 300, epoch: 2 });

    expect(stage.socket.sent).toEqual([]);
    expect(stage.of("dropped")).toEqual([{ kind: "dropped", characters: 2, why: "restarted" }]);
  });

  it("numbers for the process that takes input while the bytes are still of the one before", () => {
    stage.live();
    stage.worker.type("a");
    stage.socket.says({ type: "input-ack", seq: 1 });
    stage.attach({ offset: 50, epoch: 1, inputEpoch: 2 });
    stage.worker.type("b");
    stage.socket.says({ type: "input-ack", seq: 1 });
    stage.socket.says({ type: "epoch", epoch: 2, offset: 100 });
    stage.worker.type("c");

    expect(stage.socket.sent.slice(-2)).toEqual([
      { type: "input", seq: 1, epoch: 2, data: "b" },
      { type: "input", seq: 2, epoch: 2, data: "c" },
    ]);
  });

  it("is sent again from the number the keeper expected", () => {
    stage.worker.start();
    stage.attach({ inputAck: 4 });
    stage.worker.type("a");
    stage.worker.type("b");
    stage.socket.says({ type: "input-refused", expected: 3, reason: "jump" });
    stage.socket.says({ type: "input-refused", expected: 3, reason: "jump" });

    expect(stage.socket.sent.slice(2)).toEqual([
      { type: "input", seq: 3, epoch: 1, data: "a" },
      { type: "input", seq: 4, epoch: 1, data: "b" },
    ]);
    expect(stage.of("dropped")).toEqual([]);
  });

  it("is given up with the reason when it is refused again", () => {
    stage.live();
    stage.worker.type("a");
    stage.socket.says({ type: "input-refused", expected: 1, reason: "read only" });
    stage.socket.says({ type: "input-refused", expected: 1, reason: "read only" });

    expect(stage.of("dropped")).toEqual([{ kind: "dropped", characters: 1, why: "refused", reason: "read only" }]);
  });

  it("takes another name when a second tab has this one", () => {
    stage.live();
    stage.socket.breaks(4002);
    stage.clock.advance(200);

    expect(stage.socket.address.searchParams.get("client")).toBe("tab-2");
  });

  it("cuts a long paste into pieces and never a character", () => {
    stage.live();
    const paste = `${"a".repeat(64 * 1024 - 1)}🎨b`;
    stage.worker.type(paste);
    const texts = stage.socket.sent.map((message) => (message as { data: string }).data);

    expect(texts).toHaveLength(2);
    expect(texts.join("")).toBe(paste);
    expect(texts[1]).toBe("🎨b");
  });

  it("shares its numbers with pasted images", () => {
    stage.live();
    stage.worker.pasteImage("image/png", "AAAA");
    stage.worker.type("x");

    expect(stage.socket.sent.map((message) => (message as { seq: number }).seq)).toEqual([1, 2]);
  });
});

describe("size", () => {
  it("is said again after each reconnect", () => {
    stage.live();
    stage.worker.resize(100, 30);
    stage.socket.breaks();
    stage.clock.advance(200);
    stage.attach({ offset: 100 });

    expect(stage.socket.sent).toEqual([{ type: "resize", cols: 100, rows: 30 }]);
  });
});

it("ignores messages it does not know", () => {
  stage.live();
  stage.socket.onmessage?.(new MessageEvent("message", { data: '{"type":"later"}' }));
  stage.socket.onmessage?.(new MessageEvent("message", { data: "no json" }));

  expect(stage.link).toEqual({ kind: "live" });
});
