import { useSyncExternalStore } from "react";

/** Ticks as long as somebody listens; everything on the page with the same interval moves together. */
class TickingClock {
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setInterval> | undefined;
  private time = Date.now();
  private readonly interval: number;

  constructor(interval: number) {
    this.interval = interval;
  }

  readonly watch = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    this.timer ??= setInterval(() => this.tick(), this.interval);
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size > 0) return;
      clearInterval(this.timer);
      this.timer = undefined;
    };
  };

  /** Between ticks always the same, as React demands of a snapshot; refreshed when it stood still. */
  readonly now = (): number => {
    if (this.timer === undefined && Date.now() - this.time > this.interval) this.time = Date.now();
    return this.time;
  };

  private tick(): void {
    this.time = Date.now();
    for (const listener of this.listeners) listener();
  }
}

const clocks = new Map<number, TickingClock>();

/** The time, renewed at an interval. */
export function useNow(interval: number): number {
  let clock = clocks.get(interval);
  if (clock === undefined) {
    clock = new TickingClock(interval);
    clocks.set(interval, clock);
  }
  return useSyncExternalStore(clock.watch, clock.now);
}
