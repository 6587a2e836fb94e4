import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useLists } from "@/app/live";
import type { InboxEntry } from "@/contracts/http";
import { useStore } from "@/ui/useStore";
import { desktopState, notifiesHere } from "./desktopSetting";
import { toTell } from "./inboxRules";
import { inboxStrings as strings } from "./strings";

/** Tells of what came while nobody looks, once per item however many tabs there are. */
export function DesktopNotifications() {
  const items = useLists((lists) => lists.inboxItems);
  const isOn = desktopState(useStore(notifiesHere)) === "on";
  const known = useRef<Set<string> | null>(null);
  const navigate = useNavigate();
  useEffect(() => {
    if (items === undefined) return;
    if (known.current !== null && isOn) {
      for (const item of toTell(known.current, items, document.visibilityState === "hidden")) {
        tell(item, () => void navigate({ to: "/inbox", search: { item: item.id } }));
      }
    }
    known.current = new Set([...(known.current ?? []), ...items.map((item) => item.id)]);
  }, [items, isOn, navigate]);
  return null;
}

function tell(item: InboxEntry, open: () => void): void {
  try {
    const told = new Notification(strings.kinds[item.kind], { body: item.title, tag: item.id });
    told.onclick = () => {
      window.focus();
      open();
      told.close();
    };
  } catch {
    // Some phones allow them and then have none for a page; the inbox has the item all the same.
  }
}
