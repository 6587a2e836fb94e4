import { Tooltip } from "radix-ui";
import type { ReactNode } from "react";
import { Keys } from "./Keys";

export interface HintProps {
  text: string;
  keys?: string | undefined;
  side?: "top" | "right" | "bottom" | "left";
  children: ReactNode;
}

/** A word beside an icon, on hover and focus. */
export function Hint({ text, keys, side = "bottom", children }: HintProps) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      {/* Within the page's main part, so that whoever goes by landmarks meets it there. */}
      <Tooltip.Portal container={document.getElementById("main")}>
        <Tooltip.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="pop z-60 flex max-w-80 items-center gap-2 rounded-md border border-line bg-raised px-2 py-1 text-xs text-text shadow-pop"
        >
          {text}
          {keys === undefined ? null : <Keys keys={keys} />}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
