import { type Viewer, type WorkerClientMessage, workerSocketCloses } from "@/contracts/workerSocket";
import { backOff } from "./backOff";
import type { InputPayload } from "./inputQueue";
import type { Clock, LinkState } from "./link";
import { unreachable } from "./unreachable";
import { type InputEvent, type TabStorage, WorkerInput } from "./workerInput";
import { endOf, parse, pieces } from "./workerMessages";

/** The part of a browser's WebSocket that is used here. */
export interface SocketLike {
  binaryType: BinaryType;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
}

export type WorkerSocketEvent =
  | { kind: "link"; link: LinkState }
  | { kind: "attached"; epoch: number; cols: number; rows: number }
  | { kind: "output"; bytes: Uint8Array; processed: () => void }
  | { kind: "snapshot"; cols: number; rows: number; data: string; processed: () => void }
  | { kind: "gap"; from: number; to: number }
  | { kind: "epoch"; epoch: number }
  | { kind: "size"; cols: number; rows: number }
  | { kind: "exit"; exitCode: number | null; signal: string | null }
  | { kind: "activity"; state: string }
  | { kind: "held"; reason: string | null }
  | { kind: "viewers"; viewers: readonly Viewer[] }
  | InputEvent
  | { kind: "trouble"; code: string; message: string };

export interface WorkerSocketOptions {
  sessionId: string;
  workerId: string;
  /** Address of the server, with ws: or wss:. */
  address: string;
  /** Name of this tab as a typist. */
  client: string;
  /** Another name, when a second tab turns out to use this one. */
  renameClient: () => string;
  open: (address: string) => SocketLike;
  storage: TabStorage;
  clock: Clock;
  isOnline: () => boolean;
  onEvent: (event: WorkerSocketEvent) => void;
}

const mebibyte = 1024 * 1024;
/** More than this unshown, and the socket is dropped until the screen has caught up: the next snapshot is cheaper than the backlog. */
const tooFarBehind = 4 * mebibyte;
const caughtUp = mebibyte / 4;
const openTimeout = 10_000;

/**
 * One worker's socket, kept over lost connections: every byte is shown once and in order, every keystroke is typed once. It resumes from the offset and epoch
 * it has; a tab that has nothing yet, or fell behind, starts from a snapshot of the screen.
 */
export class WorkerSocket {
  private readonly options: WorkerSocketOptions;
  private client: string;
  private readonly input: WorkerInput;
  private socket: SocketLike | null = null;
  private link: LinkState = { kind: "connecting" };
  private isAttached = false;
  private position: { offset: number; epoch: number } | null = null;
  private unshown = 0;
  private isSkippingAhead = false;
  private size: { cols: number; rows: number } | null = null;
  private attempt = 0;
  private lostAt: number | null = null;
  private lastHeard = 0;
  private cancelTimer: (() => void) | null = null;
  private isDisposed = false;

  constructor(options: WorkerSocketOptions) {
    this.options = options;
    this.client = options.client;
    this.input = new WorkerInput({
      storage: options.storage,
      storageKey: `atelier.input.${options.workerId}`,
      clock: options.clock,
      send: (message) => this.send(message),
      lastHeard: () => this.lastHeard,
      onSilence: () => this.suspect(),
      onEvent: (event) => this.report(event),
    });
  }

  start(): void {
    this.report({ kind: "link", link: this.link });
    this.input.report();
    this.connect();
  }

  dispose(): void {
    this.isDisposed = true;
    this.cancelTimers();
    this.drop(1000);
  }

  type(text: string): void {
    for (const piece of pieces(text)) this.enqueue({ kind: "text", data: piece });
  }

  typeBytes(dataBase64: string): void {
    this.enqueue({ kind: "bytes", dataBase64 });
  }

  pasteImage(mimeType: string, data: string): void {
    this.enqueue({ kind: "image", mimeType, data });
  }

  resize(cols: number, rows: number): void {
    if (this.size?.cols === cols && this.size.rows === rows) return;
    this.size = { cols, rows };
    if (this.isAttached) this.send({ type: "resize", cols, rows });
  }

  /** Tries now instead of when the wait is over; for a network that came back, a tab that is looked at again, a person who asks. */
  retryNow(): void {
    if (this.isDisposed || this.link.kind === "live" || this.socket !== null || this.isSkippingAhead) return;
    this.attempt = 0;
    this.connect();
  }

  /** The connection may be dead without having said so (the machine slept, the network changed). Resuming costs nothing, so it is simply made again. */
  suspect(): void {
    if (this.link.kind !== "live" || this.options.clock.now() - this.lastHeard < 1000) {
      this.retryNow();
      return;
    }
    this.drop(1000);
    this.lose();
    this.retryNow();
  }

  /** The browser says that there is no network at all. */
  networkLost(): void {
    if (this.isDisposed || this.link.kind === "closed") return;
    this.drop(1000);
    this.cancelTimers();
    this.detach();
    this.lostAt ??= this.options.clock.now();
    this.setLink({ kind: "offline", since: this.lostAt });
  }

  private connect(): void {
    if (this.isDisposed || this.link.kind === "closed") return;
    this.cancelTimers();
    if (!this.options.isOnline()) {
      this.networkLost();
      return;
    }
    const { address, sessionId, workerId, clock } = this.options;
    const query = new URLSearchParams({ client: this.client, lag: "screen" });
    if (this.position !== null) {
      query.set("from", String(this.position.offset));
      query.set("epoch", String(this.position.epoch));
    }
    if (this.lostAt !== null) this.setLink({ kind: "reconnecting", since: this.lostAt, nextTryAt: null });
    const path = `/ws/session/${encodeURIComponent(sessionId)}/worker/${encodeURIComponent(workerId)}`;
    const socket = this.options.open(`${address}${path}?${query}`);
    socket.binaryType = "arraybuffer";
    socket.onmessage = (event) => {
      if (this.socket === socket) this.receive(event.data);
    };
    socket.onclose = (event) => {
      if (this.socket === socket) this.closed(event.code);
    };
    this.socket = socket;
    this.cancelTimer = clock.after(openTimeout, () => {
      if (this.socket !== socket || this.isAttached) return;
      this.drop(1000);
      this.lose();
    });
  }

  private closed(code: number): void {
    this.socket = null;
    const end = endOf(code);
    if (end !== null) {
      this.cancelTimers();
      this.detach();
      this.setLink({ kind: "closed", reason: end });
      return;
    }
    if (code === workerSocketCloses.replaced) {
      this.client = this.options.renameClient();
      this.input.renamed();
    }
    this.lose();
  }

  private lose(): void {
    this.detach();
    if (this.isDisposed) return;
    const { clock } = this.options;
    this.cancelTimers();
    this.lostAt ??= clock.now();
    if (!this.options.isOnline()) {
      this.setLink({ kind: "offline", since: this.lostAt });
      return;
    }
    const wait = backOff(this.attempt++, clock.random());
    this.setLink({ kind: "reconnecting", since: this.lostAt, nextTryAt: clock.now() + wait });
    this.cancelTimer = clock.after(wait, () => this.connect());
  }

  private receive(data: unknown): void {
    this.lastHeard = this.options.clock.now();
    if (data instanceof ArrayBuffer) this.receiveOutput(new Uint8Array(data));
    else if (typeof data === "string") this.receiveMessage(data);
  }

  private receiveOutput(frame: Uint8Array): void {
    if (this.position === null || frame.byteLength < 8) return;
    const offset = Number(new DataView(frame.buffer, frame.byteOffset, 8).getBigUint64(0));
    const skip = Math.max(0, this.position.offset - offset);
    const bytes = frame.subarray(8 + Math.min(skip, frame.byteLength - 8));
    const end = offset + frame.byteLength - 8;
    if (offset > this.position.offset) this.report({ kind: "gap", from: this.position.offset, to: offset });
    if (end <= this.position.offset || bytes.byteLength === 0) return;
    this.position = { ...this.position, offset: end };
    this.report({ kind: "output", bytes, processed: this.track(bytes.byteLength) });
  }

  private receiveMessage(text: string): void {
    const message = parse(text);
    if (message === null) return;
    switch (message.type) {
      case "attached":
        this.beginStream(message.offset, message.epoch);
        this.input.began(message.inputEpoch, message.inputAck);
        this.report({ kind: "attached", epoch: message.epoch, cols: message.cols, rows: message.rows });
        return;
      case "snapshot":
        this.position = { offset: message.offset, epoch: message.epoch };
        this.report({
          kind: "snapshot",
          cols: message.cols,
          rows: message.rows,
          data: message.data,
          processed: this.track(message.data.length),
        });
        return;
      case "gap":
        if (this.position !== null) this.position = { ...this.position, offset: message.to };
        this.report({ kind: "gap", from: message.from, to: message.to });
        return;
      case "epoch":
        this.position = { offset: message.offset, epoch: message.epoch };
        this.report({ kind: "epoch", epoch: message.epoch });
        return;
      case "input-ack":
        this.input.acknowledged(message.seq);
        return;
      case "input-refused":
        this.input.refused(message.expected, message.reason);
        return;
      case "resized":
        this.report({ kind: "size", cols: message.cols, rows: message.rows });
        return;
      case "exit":
        this.report({ kind: "exit", exitCode: message.exitCode ?? null, signal: message.signal ?? null });
        return;
      case "activity":
        this.report({ kind: "activity", state: message.state });
        return;
      case "held":
        this.report({ kind: "held", reason: message.reason ?? null });
        return;
      case "viewers":
        this.report({ kind: "viewers", viewers: message.viewers });
        return;
      case "error":
        this.report({ kind: "trouble", code: message.code, message: message.message });
        return;
      default:
        unreachable(message);
    }
  }

  private beginStream(offset: number, epoch: number): void {
    const { clock } = this.options;
    // An epoch of its own starts the screen anew; a position of the same epoch is where the bytes go on.
    if (this.position === null || this.position.epoch !== epoch || offset < this.position.offset) {
      this.position = { offset, epoch };
    }
    this.isAttached = true;
    this.attempt = 0;
    this.lostAt = null;
    this.cancelTimers();
    this.lastHeard = clock.now();
    this.setLink({ kind: "live" });
    if (this.size !== null) this.send({ type: "resize", ...this.size });
  }

  private enqueue(payload: InputPayload): void {
    if (!this.isDisposed && this.link.kind !== "closed") this.input.enqueue(payload);
  }

  private send(message: WorkerClientMessage): void {
    try {
      this.socket?.send(JSON.stringify(message));
    } catch {
      // A socket on its way down: its close event follows, and what was unacknowledged goes out again.
    }
  }

  /** Counts bytes until the screen has shown them. */
  private track(bytes: number): () => void {
    this.unshown += bytes;
    if (this.unshown > tooFarBehind && !this.isSkippingAhead) {
      this.isSkippingAhead = true;
      this.detach();
      this.drop(1000);
      this.cancelTimers();
    }
    let isCounted = true;
    return () => {
      if (!isCounted) return;
      isCounted = false;
      this.unshown -= bytes;
      if (!this.isSkippingAhead || this.unshown > caughtUp) return;
      this.isSkippingAhead = false;
      this.position = null;
      this.connect();
    };
  }

  private setLink(link: LinkState): void {
    this.link = link;
    this.report({ kind: "link", link });
  }

  private report(event: WorkerSocketEvent): void {
    if (!this.isDisposed) this.options.onEvent(event);
  }

  private drop(code: number): void {
    const socket = this.socket;
    this.socket = null;
    socket?.close(code);
  }

  private detach(): void {
    this.isAttached = false;
    this.input.stopped();
  }

  private cancelTimers(): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
    this.input.stopWatching();
  }
}
