import { createKeptStore } from "@/lib/store";

/** Whether this browser is to notify; it has to allow that, too. */
export const notifiesHere = createKeptStore<boolean>(
  "atelier.notifications",
  false,
  (value): value is boolean => typeof value === "boolean",
);

export type DesktopState = "on" | "off" | "refused" | "unsupported";

export function desktopState(isWanted: boolean): DesktopState {
  if (typeof Notification === "undefined" || !window.isSecureContext) return "unsupported";
  if (Notification.permission === "denied") return "refused";
  return isWanted && Notification.permission === "granted" ? "on" : "off";
}

/** Asks the browser; only ever after a click. */
export async function notifyHere(): Promise<void> {
  notifiesHere.set((await Notification.requestPermission()) === "granted");
}
