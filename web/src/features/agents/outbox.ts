import type { PromptImage, Turn } from "@/contracts/http";
import { ProblemError, type Trouble, troubleOf } from "@/lib/api";
import type { Clock } from "@/lib/link";
import { createKeptStore, type Store } from "@/lib/store";

/** A message that the server has not taken yet. Its key makes sure that it is taken once, however often it is sent. */
export interface OutgoingMessage {
  key: string;
  agentId: string;
  workSessionId: string;
  text: string;
  images: readonly PromptImage[];
  interrupt: boolean;
  /** Why the server does not want it; undefined while it has not said so. */
  trouble?: Trouble;
}

export interface OutboxOptions {
  store: Store<readonly OutgoingMessage[]>;
  clock: Clock;
  send: (message: OutgoingMessage) => Promise<Turn>;
}

const pause = 3_000;

/** Sends messages one after the other, each as often as it takes; a refused one stays until somebody decides. */
export class Outbox {
  private readonly options: OutboxOptions;
  private isSending = false;
  private cancelTimer: (() => void) | null = null;

  constructor(options: OutboxOptions) {
    this.options = options;
  }

  add(message: OutgoingMessage): void {
    const { store } = this.options;
    store.set([...store.get(), message]);
    void this.run();
  }

  drop(key: string): void {
    const { store } = this.options;
    store.set(store.get().filter((message) => message.key !== key));
  }

  again(key: string): void {
    const { store } = this.options;
    store.set(
      store.get().map((message) => {
        if (message.key !== key) return message;
        const { trouble: _, ...rest } = message;
        return rest;
      }),
    );
    void this.run();
  }

  /** For a line that is back, and for messages of a page that was closed before they were sent. */
  async run(): Promise<void> {
    const { store, clock, send } = this.options;
    if (this.isSending) return;
    this.isSending = true;
    this.cancelTimer?.();
    this.cancelTimer = null;
    try {
      for (;;) {
        const next = store.get().find((message) => message.trouble === undefined);
        if (next === undefined) return;
        try {
          await send(next);
          this.drop(next.key);
        } catch (error) {
          if (!isRefusal(error)) {
            this.cancelTimer = clock.after(pause, () => void this.run());
            return;
          }
          const trouble = troubleOf(error);
          store.set(store.get().map((message) => (message.key === next.key ? { ...message, trouble } : message)));
        }
      }
    } finally {
      this.isSending = false;
    }
  }
}

/** A server that is away, or coming back, has not said no. */
function isRefusal(error: unknown): boolean {
  return error instanceof ProblemError && error.status < 500 && error.status !== 429 && error.status !== 401;
}

export function createOutboxStore(): Store<readonly OutgoingMessage[]> {
  return createKeptStore<readonly OutgoingMessage[]>(
    "atelier.outbox",
    [],
    (value): value is OutgoingMessage[] =>
      Array.isArray(value) &&
      value.every((each) => typeof each === "object" && each !== null && "key" in each && "text" in each),
  );
}
