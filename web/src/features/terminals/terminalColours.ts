import type { ITheme } from "@xterm/xterm";

const names = {
  background: "--terminal",
  foreground: "--terminal-text",
  cursor: "--accent",
  cursorAccent: "--terminal",
  selectionBackground: "--terminal-selection",
  black: "--ansi-black",
  red: "--ansi-red",
  green: "--ansi-green",
  yellow: "--ansi-yellow",
  blue: "--ansi-blue",
  magenta: "--ansi-magenta",
  cyan: "--ansi-cyan",
  white: "--ansi-white",
  brightBlack: "--ansi-bright-black",
  brightRed: "--ansi-bright-red",
  brightGreen: "--ansi-bright-green",
  brightYellow: "--ansi-bright-yellow",
  brightBlue: "--ansi-bright-blue",
  brightMagenta: "--ansi-bright-magenta",
  brightCyan: "--ansi-bright-cyan",
  brightWhite: "--ansi-bright-white",
} as const;

/** The palette of `ui/theme.css` as it is now, in the terms of xterm. */
export function terminalColours(element: HTMLElement): ITheme {
  const probe = document.createElement("span");
  element.append(probe);
  const theme: ITheme = {};
  for (const [name, token] of entries(names)) {
    probe.style.color = `var(${token})`;
    theme[name] = hex(getComputedStyle(probe).color);
  }
  probe.remove();
  return theme;
}

function entries<Key extends string, Value>(record: Record<Key, Value>): [Key, Value][] {
  return Object.entries(record) as [Key, Value][];
}

/** xterm wants #rrggbbaa; browsers say "rgb(1, 2, 3)" or "rgba(1, 2, 3, 0.5)". */
export function hex(colour: string): string {
  const [red = 0, green = 0, blue = 0, alpha = 1] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return `#${[red, green, blue, Math.round(alpha * 255)].map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}

/** Calls back whenever the page's colours change: by the person's choice or by the system's. */
export function watchColours(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme", "data-contrast"] });
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", changed);
  return () => {
    observer.disconnect();
    system.removeEventListener("change", changed);
  };
}
