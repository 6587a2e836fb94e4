import { useEffect, useState } from "react";
import { uiStrings } from "./strings";

/** Lines where content will be, after 300 ms: what comes faster than that needs no announcement. */
export function Skeleton({ lines = 6 }: { lines?: number }) {
  const isShown = useDelay(300);
  if (!isShown) return null;
  return (
    <div role="status" aria-label={uiStrings.loading} className="fade flex flex-col gap-3 p-4">
      {Array.from({ length: lines }, (_, line) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: decoration without identity
          key={line}
          className="h-4 rounded-[4px] bg-hover"
          style={{ width: `${88 - ((line * 23) % 46)}%` }}
        />
      ))}
    </div>
  );
}

export function useDelay(milliseconds: number): boolean {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setOver(true), milliseconds);
    return () => clearTimeout(timer);
  }, [milliseconds]);
  return isOver;
}
