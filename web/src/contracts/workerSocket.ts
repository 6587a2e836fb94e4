// docs/protocols/worker-socket.md in types.
import type { ActivityState } from "./http";

export interface Viewer {
  client: string;
  userId: string;
  name: string;
  cols: number;
  rows: number;
}

export type WorkerServerMessage =
  | { type: "attached"; offset: number; epoch: number; cols: number; rows: number; inputAck: number }
  | { type: "input-ack"; seq: number }
  | { type: "input-refused"; expected: number; reason: string }
  | { type: "activity"; state: ActivityState }
  | { type: "resized"; cols: number; rows: number }
  | { type: "exit"; exitCode: number | null; signal: string | null }
  | { type: "epoch"; epoch: number; offset: number }
  | { type: "gap"; from: number; to: number }
  | { type: "snapshot"; offset: number; epoch: number; cols: number; rows: number; data: string }
  | { type: "held"; reason: string | null }
  | { type: "viewers"; viewers: Viewer[] }
  | { type: "error"; code: string; message: string };

export type WorkerClientMessage =
  | { type: "input"; seq: number; data: string }
  | { type: "input"; seq: number; dataBase64: string }
  | { type: "image"; seq: number; mimeType: string; data: string }
  | { type: "resize"; cols: number; rows: number };

/** Close codes after which coming back changes nothing, and the one that says another connection took the name. */
export const workerSocketCloses = {
  replaced: 4002,
  forbidden: 4003,
  unknown: 4004,
  misbehaved: 4008,
  deleted: 4010,
} as const;
