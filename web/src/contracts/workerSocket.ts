// docs/protocols/worker-socket.md in types; the messages are the server's (openapi.ts).
import type { components } from "./openapi";

type Served = components["schemas"];

export type WorkerServerMessage = Served["WorkerSocketMessage"];
export type Viewer = Extract<WorkerServerMessage, { type: "viewers" }>["viewers"][number];

type Sent =
  | { type: "input"; seq: number; epoch: number; data: string }
  | { type: "input"; seq: number; epoch: number; dataBase64: string }
  | { type: "image"; seq: number; epoch: number; mimeType: string; data: string }
  | { type: "resize"; cols: number; rows: number };

/** One of the shapes in which the server takes its one request. */
export type WorkerClientMessage = Sent extends Served["WorkerSocketRequest"] ? Sent : never;

/** Close codes after which coming back changes nothing, and the one that says another connection took the name. */
export const workerSocketCloses = {
  replaced: 4002,
  forbidden: 4003,
  unknown: 4004,
  misbehaved: 4008,
  deleted: 4010,
  tooMany: 4029,
} as const;
