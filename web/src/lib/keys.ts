const isApple = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent);

const names: Record<string, string> = {
  mod: isApple ? "⌘" : "Ctrl",
  alt: isApple ? "⌥" : "Alt",
  ctrl: isApple ? "⌃" : "Ctrl",
  shift: isApple ? "⇧" : "Shift",
  enter: "↵",
  escape: "Esc",
  arrowup: "↑",
  arrowdown: "↓",
  arrowleft: "←",
  arrowright: "→",
};

export function keyNames(keys: string): string[] {
  return keys.split(/[ +]/).map((key) => names[key.toLowerCase()] ?? (key.length === 1 ? key.toUpperCase() : key));
}

/** What was pressed, written as in the shortcut list: "mod+k", "g", "ctrl+shift+escape". */
export function chordOf(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">): string {
  const key = event.key.toLowerCase();
  const parts: string[] = [];
  if (isApple ? event.metaKey : event.ctrlKey) parts.push("mod");
  if (isApple && event.ctrlKey) parts.push("ctrl");
  if (event.altKey) parts.push("alt");
  // With a letter or a named key, shift is part of the chord; "?" is "?" however it is typed.
  if (event.shiftKey && (key.length > 1 || /[a-z]/.test(key))) parts.push("shift");
  return [...parts, key === " " ? "space" : key].join("+");
}
