import { type WorkerClientMessage, type WorkerServerMessage, workerSocketCloses } from "@/contracts/workerSocket";
import type { InputPayload } from "./inputQueue";
import type { LinkEnd } from "./link";
import { unreachable } from "./unreachable";

const longestPiece = 64 * 1024;

export function messageOf(seq: number, epoch: number, payload: InputPayload): WorkerClientMessage {
  switch (payload.kind) {
    case "text":
      return { type: "input", seq, epoch, data: payload.data };
    case "bytes":
      return { type: "input", seq, epoch, dataBase64: payload.dataBase64 };
    case "image":
      return { type: "image", seq, epoch, mimeType: payload.mimeType, data: payload.data };
    default:
      return unreachable(payload);
  }
}

/** Why coming back changes nothing; null when it may. */
export function endOf(code: number): LinkEnd | null {
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

/** A message of the server; null for what this build does not know. */
export function parse(text: string): WorkerServerMessage | null {
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
export function* pieces(text: string): Generator<string> {
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
