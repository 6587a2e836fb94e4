import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

/** So near to the end counts as being there: fractions of pixels and a line that has just begun are nobody's wish to read on above. */
const near = 48;

export interface Following {
  scroller: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLDivElement | null>;
  isAtEnd: boolean;
  toEnd: () => void;
  /** Stays where it is from now on, whatever comes. */
  leaveEnd: () => void;
  onScroll: () => void;
  /** Keeps what is read where it is while something is put in front of it. */
  keepPlace: () => void;
}

/** Shows the end of something that grows as long as its reader is there, and moves nothing otherwise. */
export function useFollowing(firstKey: unknown): Following {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const follows = useRef(true);
  const fromEnd = useRef<number | null>(null);

  const toEnd = useCallback(() => {
    const box = scroller.current;
    if (box === null) return;
    follows.current = true;
    setAtEnd(true);
    box.scrollTop = box.scrollHeight;
  }, []);

  const leaveEnd = useCallback(() => {
    follows.current = false;
    setAtEnd(false);
  }, []);

  const onScroll = useCallback(() => {
    const box = scroller.current;
    if (box === null) return;
    const isThere = box.scrollHeight - box.scrollTop - box.clientHeight < near;
    follows.current = isThere;
    setAtEnd(isThere);
  }, []);

  const keepPlace = useCallback(() => {
    const box = scroller.current;
    if (box !== null) fromEnd.current = box.scrollHeight - box.scrollTop;
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another first line means that something was put in front
  useLayoutEffect(() => {
    const box = scroller.current;
    if (box === null || fromEnd.current === null) return;
    if (!follows.current) box.scrollTop = box.scrollHeight - fromEnd.current;
    fromEnd.current = null;
  }, [firstKey]);

  useEffect(() => {
    const box = scroller.current;
    const inner = content.current;
    if (box === null || inner === null || typeof ResizeObserver === "undefined") return;
    const watcher = new ResizeObserver(() => {
      if (follows.current) box.scrollTop = box.scrollHeight;
    });
    watcher.observe(inner);
    watcher.observe(box);
    return () => watcher.disconnect();
  }, []);

  return { scroller, content, isAtEnd, toEnd, leaveEnd, onScroll, keepPlace };
}
