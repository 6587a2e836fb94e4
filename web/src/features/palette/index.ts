import { lazy } from "react";

export const CommandPalette = lazy(() => import("./CommandPalette"));
export const KeysDialog = lazy(() => import("./KeysDialog"));
