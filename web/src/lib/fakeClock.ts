import type { Clock } from "./link";

/** A clock that tests move by hand. */
export class FakeClock implements Clock {
  private time = 1_000_000;
  private timers: { at: number; wake: () => void }[] = [];

  now(): number {
    return this.time;
  }

  random(): number {
    return 1;
  }

  after(milliseconds: number, wake: () => void): () => void {
    const timer = { at: this.time + milliseconds, wake };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  advance(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (;;) {
      const next = this.timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.timers = this.timers.filter((timer) => timer !== next);
      this.time = next.at;
      next.wake();
    }
    this.time = end;
  }
}
