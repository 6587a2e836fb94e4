import { createKeptStore } from "./store";

export interface Appearance {
  theme: "system" | "light" | "dark";
  contrast: "system" | "high";
  terminalFontSize: number;
  /** Terminals keep their text readable for screen readers, which costs speed. */
  readsTerminals?: boolean;
}

export const fontSizes = { smallest: 9, usual: 13, largest: 24 };

/** The same key is read by `public/appearance.js` before the first paint. */
export const appearance = createKeptStore<Appearance>(
  "atelier.appearance",
  { theme: "system", contrast: "system", terminalFontSize: fontSizes.usual },
  isAppearance,
);

export function applyAppearance({ theme, contrast }: Appearance): void {
  const root = document.documentElement;
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  if (contrast === "system") delete root.dataset.contrast;
  else root.dataset.contrast = contrast;
}

function isAppearance(value: unknown): value is Appearance {
  return (
    typeof value === "object" &&
    value !== null &&
    "theme" in value &&
    ["system", "light", "dark"].includes(String(value.theme)) &&
    "contrast" in value &&
    ["system", "high"].includes(String(value.contrast)) &&
    "terminalFontSize" in value &&
    typeof value.terminalFontSize === "number"
  );
}
