import { useSyncExternalStore } from "react";

const clocks = new Map<number, { now: number; listeners: Set<() => void>; timer: ReturnType<typeof setInterval> }>();

/** The time, renewed at an interval; everything on the page with the same interval moves together. */
export function useNow(interval: number): number {
  return useSyncExternalStore(
    (listener) => {
      const clock = clocks.get(interval) ?? startClock(interval);
      clock.listeners.add(listener);
      return () => {
        clock.listeners.delete(listener);
        if (clock.listeners.size > 0) return;
        clearInterval(clock.timer);
        clocks.delete(interval);
      };
    },
    () => clocks.get(interval)?.now ?? roundedNow(interval),
  );
}

function startClock(interval: number) {
  const clock = {
    now: Date.now(),
    listeners: new Set<() => void>(),
    timer: setInterval(() => {
      clock.now = Date.now();
      for (const listener of clock.listeners) listener();
    }, interval),
  };
  clocks.set(interval, clock);
  return clock;
}

/** Stable between two calls of the same render, as React demands of a snapshot. */
function roundedNow(interval: number): number {
  return Math.floor(Date.now() / interval) * interval;
}
