/** Something typed into a worker. */
export type InputPayload =
  | { kind: "text"; data: string }
  | { kind: "bytes"; dataBase64: string }
  | { kind: "image"; mimeType: string; data: string };

export interface WaitingInput {
  /** Its number in the epoch; null until it was sent once. */
  seq: number | null;
  payload: InputPayload;
}

/**
 * What was typed and is not acknowledged, oldest first. Numbers go up by one within an epoch, so after a reconnect everything can be sent again: the keeper
 * types each number once. A new epoch is another process; what the old one had not taken is dropped, because nobody knows what it would mean there.
 */
export interface InputQueue {
  epoch: number | null;
  last: number;
  waiting: readonly WaitingInput[];
}

export const emptyQueue: InputQueue = { epoch: null, last: 0, waiting: [] };

export function withInput(queue: InputQueue, payload: InputPayload): InputQueue {
  return { ...queue, waiting: [...queue.waiting, { seq: null, payload }] };
}

/** Gives numbers to what has none; what comes back in `toSend` goes out now. */
export function numbered(queue: InputQueue): { queue: InputQueue; toSend: readonly WaitingInput[] } {
  const fresh = queue.waiting.filter((input) => input.seq === null);
  if (fresh.length === 0) return { queue, toSend: [] };
  let last = queue.last;
  const waiting = queue.waiting.map((input) => (input.seq === null ? { ...input, seq: ++last } : input));
  return { queue: { ...queue, last, waiting }, toSend: waiting.slice(waiting.length - fresh.length) };
}

export function acknowledged(queue: InputQueue, seq: number): InputQueue {
  return { ...queue, waiting: queue.waiting.filter((input) => input.seq === null || input.seq > seq) };
}

/** The stream starts anew: keeps what this epoch has not taken, numbered on from `inputAck`, all of it to be sent. */
export function attached(
  queue: InputQueue,
  epoch: number,
  inputAck: number,
): { queue: InputQueue; dropped: readonly WaitingInput[] } {
  if (queue.epoch !== null && queue.epoch !== epoch) {
    return { queue: { epoch, last: inputAck, waiting: [] }, dropped: queue.waiting };
  }
  return { queue: renumbered(acknowledged({ ...queue, epoch }, inputAck), inputAck), dropped: [] };
}

/** The keeper expected another number: everything goes out again from there. */
export function refused(queue: InputQueue, expected: number): InputQueue {
  return renumbered(acknowledged(queue, expected - 1), expected - 1);
}

/** Another tab has this tab's name: what was sent belongs to that one, what was not sent stays. */
export function underNewName(queue: InputQueue): { queue: InputQueue; dropped: readonly WaitingInput[] } {
  return {
    queue: { ...queue, last: 0, waiting: queue.waiting.filter((input) => input.seq === null) },
    dropped: queue.waiting.filter((input) => input.seq !== null),
  };
}

function renumbered(queue: InputQueue, last: number): InputQueue {
  const waiting = queue.waiting.map((input, index) => ({ ...input, seq: last + 1 + index }));
  return { ...queue, last: last + waiting.length, waiting };
}

/** Roughly how much a person would have to type again. */
export function characters(inputs: readonly WaitingInput[]): number {
  return inputs.reduce((sum, { payload }) => sum + (payload.kind === "text" ? payload.data.length : 1), 0);
}

/** As kept over a reload. Images are too big for a tab's storage and stay in memory only. */
export function stored(queue: InputQueue): string | null {
  const waiting = queue.waiting.filter((input) => input.payload.kind !== "image");
  return waiting.length === 0 ? null : JSON.stringify({ ...queue, waiting });
}

export function restored(text: string | null): InputQueue {
  if (text === null) return emptyQueue;
  try {
    const value: unknown = JSON.parse(text);
    return isQueue(value) ? value : emptyQueue;
  } catch {
    return emptyQueue;
  }
}

function isQueue(value: unknown): value is InputQueue {
  return (
    typeof value === "object" &&
    value !== null &&
    "waiting" in value &&
    Array.isArray(value.waiting) &&
    "last" in value &&
    typeof value.last === "number" &&
    "epoch" in value &&
    (value.epoch === null || typeof value.epoch === "number")
  );
}
