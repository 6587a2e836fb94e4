import { useEffect, useRef } from "react";
import { addShortcuts, type Shortcut } from "@/lib/shortcuts";

/** Makes keys work while the component is there. The list may be rebuilt on each render; its ids may not change. */
export function useShortcuts(list: readonly Shortcut[]): void {
  const latest = useRef(list);
  useEffect(() => {
    latest.current = list;
  });
  const ids = list.map((shortcut) => `${shortcut.id}=${shortcut.keys}`).join("|");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the ids stand for the list
  useEffect(
    () =>
      addShortcuts(
        latest.current.map((shortcut) => ({
          ...shortcut,
          run: () => latest.current.find((other) => other.id === shortcut.id)?.run(),
        })),
      ),
    [ids],
  );
}
