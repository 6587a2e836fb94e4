import { lazy } from "react";

const loadPalette = () => import("./CommandPalette");

export const CommandPalette = lazy(loadPalette);
export const KeysDialog = lazy(() => import("./KeysDialog"));

/** Whoever opens the palette types at once; it should be there by then. */
export function preloadPalette(): void {
  void loadPalette();
}
