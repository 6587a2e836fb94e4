import clsx from "clsx";
import { ArrowDown, ArrowLeft, ArrowRight, ArrowUp, ClipboardPaste } from "lucide-react";
import type { PointerEvent, ReactNode } from "react";
import type { ExtraKey } from "./extraKeys";
import { terminalStrings as strings } from "./strings";

export interface KeyRowProps {
  hasControl: boolean;
  isDisabled: boolean;
  onControl: () => void;
  onKey: (key: ExtraKey) => void;
  onPaste: () => void;
}

/** Keys that a phone's keyboard lacks. Pressing one leaves the keyboard open. */
export function KeyRow({ hasControl, isDisabled, onControl, onKey, onPaste }: KeyRowProps) {
  const key = (name: string, label: ReactNode, press: () => void, isPressed?: boolean) => (
    <button
      type="button"
      aria-label={name}
      aria-pressed={isPressed}
      disabled={isDisabled}
      onPointerDown={(event: PointerEvent) => event.preventDefault()}
      onClick={press}
      className={clsx(
        "flex h-10 min-w-8 flex-1 items-center justify-center rounded-md border border-line bg-raised px-1 text-sm font-medium active:bg-selected disabled:opacity-45",
        isPressed && "border-accent bg-accent-wash text-accent",
      )}
    >
      {label}
    </button>
  );
  return (
    <div
      role="toolbar"
      aria-label={strings.keys}
      className="hidden gap-1 border-t border-line bg-canvas px-1.5 py-1 max-md:flex pointer-coarse:flex"
    >
      {key(strings.keyEscape, strings.keyEscape, () => onKey("escape"))}
      {key(strings.keyTab, strings.keyTab, () => onKey("tab"))}
      {key(strings.keyControl, strings.keyControl, onControl, hasControl)}
      {key(strings.keyLeft, <ArrowLeft size={16} aria-hidden />, () => onKey("left"))}
      {key(strings.keyUp, <ArrowUp size={16} aria-hidden />, () => onKey("up"))}
      {key(strings.keyDown, <ArrowDown size={16} aria-hidden />, () => onKey("down"))}
      {key(strings.keyRight, <ArrowRight size={16} aria-hidden />, () => onKey("right"))}
      {key(strings.keyPaste, <ClipboardPaste size={16} aria-hidden />, onPaste)}
    </div>
  );
}
