/** How a connection stands, in the three words a person needs, plus the end of it. */
export type LinkState =
  | { kind: "connecting" }
  | { kind: "live" }
  | { kind: "reconnecting"; since: number; nextTryAt: number | null }
  | { kind: "offline"; since: number }
  | { kind: "closed"; reason: LinkEnd };

export type LinkEnd = "forbidden" | "unknown" | "misbehaved" | "deleted" | "signed-out";

/** Time, chance and timers; tests bring their own. */
export interface Clock {
  now(): number;
  random(): number;
  after(milliseconds: number, wake: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  after(milliseconds, wake) {
    const timer = setTimeout(wake, milliseconds);
    return () => clearTimeout(timer);
  },
};
