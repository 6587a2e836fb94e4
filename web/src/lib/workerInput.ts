import type { WorkerClientMessage } from "@/contracts/workerSocket";
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
import type { Clock } from "./link";
import { messageOf } from "./workerMessages";

/** Where unsent input survives a reload of the tab. */
export interface TabStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export type InputEvent =
  | { kind: "waiting"; characters: number }
  | { kind: "dropped"; characters: number; why: "restarted" | "refused" | "other-tab"; reason?: string };

export interface WorkerInputOptions {
  storage: TabStorage;
  storageKey: string;
  clock: Clock;
  /** Sends over the socket there is; only called between `began` and `stopped`. */
  send: (message: WorkerClientMessage) => void;
  /** When the line was last heard of. */
  lastHeard: () => number;
  /** Input goes unheard on a line that says nothing. */
  onSilence: () => void;
  onEvent: (event: InputEvent) => void;
}

const silenceAfterInput = 5_000;

/** What is typed into one worker, on its way: each input is typed once, in order, whatever happens to the line. */
export class WorkerInput {
  private readonly options: WorkerInputOptions;
  private queue: InputQueue;
  private isOpen = false;
  private refusal: { expected: number; echoes: number } | null = null;
  private patience = silenceAfterInput;
  private cancelWatch: (() => void) | null = null;

  constructor(options: WorkerInputOptions) {
    this.options = options;
    this.queue = restored(options.storage.getItem(options.storageKey));
  }

  /** The stream begins; the process of this epoch takes input, and has everything up to `inputAck`. */
  began(epoch: number, inputAck: number): void {
    this.isOpen = true;
    const { queue, dropped } = attached(this.queue, epoch, inputAck);
    this.keep(queue);
    this.send(queue.waiting);
    this.reportDropped(dropped, "restarted");
    this.watch();
  }

  /** There is no line; what comes now waits. */
  stopped(): void {
    this.isOpen = false;
    this.stopWatching();
  }

  stopWatching(): void {
    this.cancelWatch?.();
    this.cancelWatch = null;
  }

  enqueue(payload: InputPayload): void {
    this.keep(withInput(this.queue, payload));
    if (!this.isOpen) return;
    const { queue, toSend } = numbered(this.queue);
    this.keep(queue);
    this.send(toSend);
    this.watch();
  }

  acknowledged(seq: number): void {
    this.refusal = null;
    this.patience = silenceAfterInput;
    this.keep(acknowledged(this.queue, seq));
    this.watch();
  }

  refused(expected: number, reason: string): void {
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
    this.send(this.queue.waiting);
  }

  /** Another tab types under this tab's name, so this one goes on under another. */
  renamed(): void {
    const { queue, dropped } = underNewName(this.queue);
    this.keep(queue);
    this.reportDropped(dropped, "other-tab");
  }

  report(): void {
    this.options.onEvent({ kind: "waiting", characters: characters(this.queue.waiting) });
  }

  private send(inputs: readonly WaitingInput[]): void {
    const { epoch } = this.queue;
    if (epoch === null) return;
    for (const { seq, payload } of inputs) if (seq !== null) this.options.send(messageOf(seq, epoch, payload));
  }

  /** Input that nobody acknowledges, on a socket that says nothing, is the sign of a dead connection. */
  private watch(): void {
    this.stopWatching();
    if (!this.isOpen || this.queue.waiting.length === 0) return;
    const { clock, lastHeard, onSilence } = this.options;
    const since = clock.now();
    this.cancelWatch = clock.after(this.patience, () => {
      if (!this.isOpen || lastHeard() > since) return this.watch();
      this.patience = Math.min(60_000, this.patience * 2);
      onSilence();
    });
  }

  private keep(queue: InputQueue): void {
    const before = characters(this.queue.waiting);
    this.queue = queue;
    const { storage, storageKey } = this.options;
    const text = stored(queue);
    try {
      if (text === null) storage.removeItem(storageKey);
      else storage.setItem(storageKey, text);
    } catch {
      // A full storage costs the safety over a reload, not the typing.
    }
    if (before !== characters(queue.waiting)) this.report();
  }

  private reportDropped(
    inputs: readonly WaitingInput[],
    why: "restarted" | "refused" | "other-tab",
    reason?: string,
  ): void {
    if (inputs.length === 0) return;
    const dropped = { kind: "dropped", characters: characters(inputs), why } as const;
    this.options.onEvent(reason === undefined ? dropped : { ...dropped, reason });
  }
}
