import { chordOf } from "./keys";
import { createKeptStore, createStore } from "./store";

export interface Shortcut {
  /** Stable name under which a person's own keys are kept. */
  id: string;
  /** Empty: only by the palette, until the person gives it keys. */
  keys: string;
  name: string;
  group: string;
  /** Works in inputs too; for chords that nobody types. */
  isGlobal?: boolean;
  run: () => void;
}

/** A person's own keys, by shortcut id. */
export const ownKeys = createKeptStore<Record<string, string>>(
  "atelier.shortcuts",
  {},
  (value): value is Record<string, string> =>
    typeof value === "object" && value !== null && Object.values(value).every((keys) => typeof keys === "string"),
);

/** What works on this page now; later ones win. */
export const shortcuts = createStore<readonly Shortcut[]>([]);

export function addShortcuts(added: readonly Shortcut[]): () => void {
  shortcuts.set([...shortcuts.get(), ...added]);
  return () => shortcuts.set(shortcuts.get().filter((shortcut) => !added.includes(shortcut)));
}

export function keysOf(shortcut: Pick<Shortcut, "id" | "keys">): string {
  return ownKeys.get()[shortcut.id] ?? shortcut.keys;
}

const sequenceTime = 1_200;

/** Takes key presses, also two in a row ("g s"), and runs what they stand for. */
export class ShortcutKeys {
  private prefix: { key: string; at: number } | null = null;

  take(event: KeyboardEvent): boolean {
    if (event.defaultPrevented || event.isComposing) return false;
    const chord = chordOf(event);
    const isTyping = isTypingPlace(event.target);
    const candidates = shortcuts
      .get()
      .filter((shortcut) => !isTyping || shortcut.isGlobal === true)
      .toReversed();
    const prefix = this.prefix !== null && event.timeStamp - this.prefix.at < sequenceTime ? this.prefix.key : null;
    this.prefix = null;
    const wanted = prefix === null ? [chord] : [`${prefix} ${chord}`, chord];
    for (const keys of wanted) {
      const found = candidates.find((shortcut) => keysOf(shortcut) === keys);
      if (found !== undefined) {
        event.preventDefault();
        found.run();
        return true;
      }
    }
    if (candidates.some((shortcut) => keysOf(shortcut).startsWith(`${chord} `))) {
      this.prefix = { key: chord, at: event.timeStamp };
    }
    return false;
  }
}

function isTypingPlace(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target instanceof HTMLInputElement ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    target.closest("[role=menu],[role=listbox]") !== null
  );
}
