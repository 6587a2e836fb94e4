import { afterEach, describe, expect, it } from "vitest";
import { addShortcuts, ownKeys, ShortcutKeys } from "./shortcuts";

let remove = () => {};
afterEach(() => {
  remove();
  ownKeys.set({});
  document.body.replaceChildren();
});

function press(
  keys: ShortcutKeys,
  key: string,
  target: HTMLElement = document.body,
  init: KeyboardEventInit = {},
): void {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init });
  document.body.append(target === document.body ? "" : target);
  const listener = (happened: Event) => keys.take(happened as KeyboardEvent);
  target.addEventListener("keydown", listener);
  target.dispatchEvent(event);
  target.removeEventListener("keydown", listener);
}

describe("shortcuts", () => {
  it("can be two keys in a row", () => {
    const ran: string[] = [];
    remove = addShortcuts([
      { id: "go", keys: "g s", name: "Sessions", group: "Go", run: () => ran.push("sessions") },
      { id: "s", keys: "s", name: "S", group: "Go", run: () => ran.push("s") },
    ]);
    const keys = new ShortcutKeys();
    press(keys, "g");
    press(keys, "s");
    press(keys, "s");

    expect(ran).toEqual(["sessions", "s"]);
  });

  it("leave inputs alone, unless they are global", () => {
    const ran: string[] = [];
    remove = addShortcuts([
      { id: "n", keys: "n", name: "New", group: "Page", run: () => ran.push("n") },
      { id: "k", keys: "mod+k", name: "Commands", group: "Page", isGlobal: true, run: () => ran.push("k") },
    ]);
    const keys = new ShortcutKeys();
    const input = document.createElement("input");
    press(keys, "n", input);
    press(keys, "k", input, { ctrlKey: true });

    expect(ran).toEqual(["k"]);
  });

  it("can be changed by the person", () => {
    const ran: string[] = [];
    remove = addShortcuts([{ id: "n", keys: "n", name: "New", group: "Page", run: () => ran.push("n") }]);
    ownKeys.set({ n: "mod+shift+n" });
    const keys = new ShortcutKeys();
    press(keys, "n");
    press(keys, "N", document.body, { ctrlKey: true, shiftKey: true });

    expect(ran).toEqual(["n"]);
  });
});
