import { type RefObject, useEffect, useRef, useState } from "react";
import type { Item } from "./threadReducer";

export interface GoTo {
  scroller: RefObject<HTMLElement | null>;
  items: readonly Item[];
  /** Number of the first event that is known. */
  firstSeq: number;
  /** Number of the event to be shown; undefined for none. */
  at: number | undefined;
  loadOlder: () => Promise<unknown>;
  /** Called before the page moves away from the end. */
  onLeaveEnd: () => void;
}

/** Shows the line to which an event belongs, and what comes before it when that is not there yet; gives the line's number. */
export function useGoTo({ scroller, items, firstSeq, at, loadOlder, onLeaveEnd }: GoTo): number | undefined {
  const reached = useRef<number | undefined>(undefined);
  const [found, setFound] = useState<number | undefined>(undefined);
  const act = useRef({ loadOlder, onLeaveEnd });
  useEffect(() => {
    act.current = { loadOlder, onLeaveEnd };
  });
  useEffect(() => {
    if (at === undefined || reached.current === at) return;
    if (firstSeq > Math.max(at, 1)) {
      void act.current.loadOlder();
      return;
    }
    const item = items.findLast((each) => each.seq <= at) ?? items[0];
    const line = scroller.current?.querySelector(`[data-seq="${item?.seq}"]`);
    if (item === undefined || !line) return;
    reached.current = at;
    setFound(item.seq);
    act.current.onLeaveEnd();
    line.scrollIntoView({ block: "center" });
    // Lines around it get their real heights only when they come into sight.
    requestAnimationFrame(() => line.scrollIntoView({ block: "center" }));
  }, [at, items, firstSeq, scroller]);
  return found;
}
