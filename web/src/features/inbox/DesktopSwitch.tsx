import { useState } from "react";
import { Button } from "@/ui/Button";
import { useStore } from "@/ui/useStore";
import { desktopState, notifiesHere, notifyHere } from "./desktopSetting";
import { inboxStrings } from "./strings";

const strings = inboxStrings.notifications;

/** Asks the browser for notifications when somebody clicks, and says how it stands. */
export function DesktopSwitch() {
  const isWanted = useStore(notifiesHere);
  const [, setAsked] = useState(0);
  const state = desktopState(isWanted);
  switch (state) {
    case "unsupported":
      return <p className="text-sm text-soft">{strings.unsupported}</p>;
    case "refused":
      return <p className="text-sm text-soft">{strings.refused}</p>;
    case "on":
      return (
        <div className="flex flex-wrap items-center gap-3">
          <span className="text-sm text-soft">{strings.on}</span>
          <Button onClick={() => notifiesHere.set(false)}>{strings.disable}</Button>
        </div>
      );
    default:
      return (
        <Button className="self-start" onClick={() => void notifyHere().then(() => setAsked((before) => before + 1))}>
          {strings.enable}
        </Button>
      );
  }
}
