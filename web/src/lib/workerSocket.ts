import {
  type Viewer,
  type WorkerClientMessage,
  type WorkerServerMessage,
  workerSocketCloses,
} from "@/contracts/workerSocket";
import { backOff } from "./backOff";
import {
  acknowledged,
  attached,
  characters,
  type InputPayload,
  type InputQueue,
  numbered,
  refused,
  restored,
  stored,
  underNewName,
  type WaitingInput,
  withInput,
} from "./inputQueue";
import type { Clock, LinkEnd, LinkState } from "./link";
import { unreachable } from "./unreachable";

/** The part of a browser's WebSocket that is used here. */
export interface SocketLike {
  binaryType: BinaryType;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
}

/** Where unsent input survives a reload of the tab. */
export interface TabStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
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
  | { kind: "waiting"; characters: number }
  | { kind: "dropped"; characters: number; why: "restarted" | "refused" | "other-tab"; reason?: string }
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
const silenceAfterInput = 5_000;
const longestPiece = 64 * 1024;

/**
 * One worker's socket, kept over lost connections: every byte is shown once and in order, every keystroke is typed once. It resumes from the offset and epoch
 * it has; a tab that has nothing yet, or fell behind, starts from a snapshot of the screen.
 */
export class WorkerSocket {
  private readonly options: WorkerSocketOptions;
  private client: string;
  private queue: InputQueue;
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
  private refusal: { expected: number; echoes: number } | null = null;
  private patience = silenceAfterInput;
  private cancelTimer: (() => void) | null = null;
  private cancelWatch: (() => void) | null = null;
  private isDisposed = false;

  constructor(options: WorkerSocketOptions) {
    this.options = options;
    this.client = options.client;
    this.queue = restored(options.storage.getItem(this.storageKey));
  }

  start(): void {
    this.report({ kind: "link", link: this.link });
    this.reportWaiting();
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
    this.isAttached = false;
    this.lostAt ??= this.options.clock.now();
    this.setLink({ kind: "offline", since: this.lostAt });
  }

  private get storageKey(): string {
    return `atelier.input.${this.options.workerId}`;
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
      this.isAttached = false;
      this.setLink({ kind: "closed", reason: end });
      return;
    }
    if (code === workerSocketCloses.replaced) {
      this.client = this.options.renameClient();
      const { queue, dropped } = underNewName(this.queue);
      this.keep(queue);
      this.reportDropped(dropped, "other-tab");
    }
    this.lose();
  }

  private lose(): void {
    this.isAttached = false;
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
        this.beginStream(message.offset, message.epoch, message.inputAck);
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
        this.beginEpoch(message.epoch, 0);
        this.report({ kind: "epoch", epoch: message.epoch });
        return;
      case "input-ack":
        this.refusal = null;
        this.patience = silenceAfterInput;
        this.keep(acknowledged(this.queue, message.seq));
        this.watchAcknowledgements();
        return;
      case "input-refused":
        this.inputRefused(message.expected, message.reason);
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
        this.report({ kind: "held", reason: message.reason });
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

  private beginStream(offset: number, epoch: number, inputAck: number): void {
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
    this.beginEpoch(epoch, inputAck);
  }

  private beginEpoch(epoch: number, inputAck: number): void {
    const { queue, dropped } = attached(this.queue, epoch, inputAck);
    this.keep(queue);
    for (const input of queue.waiting) this.sendInput(input);
    this.reportDropped(dropped, "restarted");
    this.watchAcknowledgements();
  }

  private inputRefused(expected: number, reason: string): void {
    if (this.refusal?.expected === expected && this.refusal.echoes > 0) {
      // What was under way behind the first refused number is refused as well; it has been sent again already.
      this.refusal.echoes--;
      return;
    }
    if (this.refusal?.expected === expected || expected <= 0) {
      const dropped = this.queue.waiting;
      this.keep({ ...this.queue, last: Math.max(0, expected - 1), waiting: [] });
      this.reportDropped(dropped, "refused", reason);
      return;
    }
    this.refusal = { expected, echoes: this.queue.waiting.length - 1 };
    this.keep(refused(this.queue, expected));
    for (const input of this.queue.waiting) this.sendInput(input);
  }

  private enqueue(payload: InputPayload): void {
    if (this.isDisposed || this.link.kind === "closed") return;
    this.keep(withInput(this.queue, payload));
    if (!this.isAttached) return;
    const { queue, toSend } = numbered(this.queue);
    this.keep(queue);
    for (const input of toSend) this.sendInput(input);
    this.watchAcknowledgements();
  }

  private sendInput({ seq, payload }: WaitingInput): void {
    if (seq !== null) this.send(messageOf(seq, payload));
  }

  private send(message: WorkerClientMessage): void {
    try {
      this.socket?.send(JSON.stringify(message));
    } catch {
      // A socket on its way down: its close event follows, and what was unacknowledged goes out again.
    }
  }

  /** Input that nobody acknowledges, on a socket that says nothing, is the sign of a dead connection. */
  private watchAcknowledgements(): void {
    this.cancelWatch?.();
    this.cancelWatch = null;
    if (!this.isAttached || this.queue.waiting.length === 0) return;
    const { clock } = this.options;
    const since = clock.now();
    this.cancelWatch = clock.after(this.patience, () => {
      if (!this.isAttached || this.lastHeard > since) return this.watchAcknowledgements();
      this.patience = Math.min(60_000, this.patience * 2);
      this.suspect();
    });
  }

  /** Counts bytes until the screen has shown them. */
  private track(bytes: number): () => void {
    this.unshown += bytes;
    if (this.unshown > tooFarBehind && !this.isSkippingAhead) {
      this.isSkippingAhead = true;
      this.isAttached = false;
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

  private keep(queue: InputQueue): void {
    const before = characters(this.queue.waiting);
    this.queue = queue;
    const text = stored(queue);
    try {
      if (text === null) this.options.storage.removeItem(this.storageKey);
      else this.options.storage.setItem(this.storageKey, text);
    } catch {
      // A full storage costs the safety over a reload, not the typing.
    }
    if (before !== characters(queue.waiting)) this.reportWaiting();
  }

  private reportWaiting(): void {
    this.report({ kind: "waiting", characters: characters(this.queue.waiting) });
  }

  private reportDropped(
    inputs: readonly WaitingInput[],
    why: "restarted" | "refused" | "other-tab",
    reason?: string,
  ): void {
    if (inputs.length === 0) return;
    this.report({ kind: "dropped", characters: characters(inputs), why, ...(reason === undefined ? {} : { reason }) });
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

  private cancelTimers(): void {
    this.cancelTimer?.();
    this.cancelWatch?.();
    this.cancelTimer = null;
    this.cancelWatch = null;
  }
}

function messageOf(seq: number, payload: InputPayload): WorkerClientMessage {
  switch (payload.kind) {
    case "text":
      return { type: "input", seq, data: payload.data };
    case "bytes":
      return { type: "input", seq, dataBase64: payload.dataBase64 };
    case "image":
      return { type: "image", seq, mimeType: payload.mimeType, data: payload.data };
    default:
      return unreachable(payload);
  }
}

function endOf(code: number): LinkEnd | null {
  switch (code) {
    case workerSocketCloses.forbidden:
      return "forbidden";
    case workerSocketCloses.unknown:
      return "unknown";
    case workerSocketCloses.misbehaved:
      return "misbehaved";
    case workerSocketCloses.deleted:
      return "deleted";
    default:
      return null;
  }
}

function parse(text: string): WorkerServerMessage | null {
  try {
    const value: WorkerServerMessage = JSON.parse(text);
    return knownTypes.has(value.type) ? value : null;
  } catch {
    return null;
  }
}

const knownTypes: ReadonlySet<string> = new Set<WorkerServerMessage["type"]>([
  "attached",
  "input-ack",
  "input-refused",
  "activity",
  "resized",
  "exit",
  "epoch",
  "gap",
  "snapshot",
  "held",
  "viewers",
  "error",
]);

/** Cuts long pastes, never within a surrogate pair. */
function* pieces(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    let end = Math.min(text.length, start + longestPiece);
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end--;
    yield text.slice(start, end);
    start = end;
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
