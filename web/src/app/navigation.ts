import { createStore } from "@/lib/store";

/** What is open above the page. */
export type Overlay =
  | { kind: "none" }
  | { kind: "create" }
  | { kind: "create-agent" }
  | { kind: "palette" }
  | { kind: "keys" }
  | { kind: "more" };

export const overlay = createStore<Overlay>({ kind: "none" });

export const closeOverlay = () => overlay.set({ kind: "none" });

const navigation = {
  openCreate: () => overlay.set({ kind: "create" }),
  openCreateAgent: () => overlay.set({ kind: "create-agent" }),
  openPalette: () => overlay.set({ kind: "palette" }),
  openKeys: () => overlay.set({ kind: "keys" }),
  openMore: () => overlay.set({ kind: "more" }),
};

export function useNavigation(): typeof navigation {
  return navigation;
}
