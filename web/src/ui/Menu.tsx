import clsx from "clsx";
import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";
import { Keys } from "./Keys";

export interface MenuItem {
  kind?: "action";
  name: string;
  icon?: ReactNode;
  keys?: string;
  isDangerous?: boolean;
  isDisabled?: boolean;
  onSelect: () => void;
}

export type MenuEntry = MenuItem | { kind: "line" } | { kind: "heading"; name: string };

export interface MenuProps {
  trigger: ReactNode;
  entries: readonly MenuEntry[];
  align?: "start" | "end";
}

export function Menu({ trigger, entries, align = "end" }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="pop z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-48 overflow-y-auto rounded-md border border-line bg-raised p-1 shadow-pop"
        >
          {entries.map((entry, index) => (
            <Entry
              // Entries have no identity of their own, and a menu is rebuilt when it opens.
              // biome-ignore lint/suspicious/noArrayIndexKey: see above
              key={index}
              entry={entry}
            />
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function Entry({ entry }: { entry: MenuEntry }) {
  if (entry.kind === "line") return <DropdownMenu.Separator className="my-1 h-px bg-line" />;
  if (entry.kind === "heading") {
    return <DropdownMenu.Label className="px-2 pt-1 pb-0.5 text-xs text-faint">{entry.name}</DropdownMenu.Label>;
  }
  return (
    <DropdownMenu.Item
      disabled={entry.isDisabled ?? false}
      onSelect={entry.onSelect}
      className={clsx(
        "flex h-7 max-md:h-10 items-center gap-2 rounded-[4px] px-2 text-sm select-none data-[disabled]:opacity-45 data-[highlighted]:bg-hover data-[highlighted]:outline-none",
        entry.isDangerous && "text-failed",
      )}
    >
      <span className={clsx("flex w-4 justify-center", !entry.isDangerous && "text-faint")}>{entry.icon}</span>
      <span className="flex-1 truncate">{entry.name}</span>
      {entry.keys === undefined ? null : <Keys keys={entry.keys} />}
    </DropdownMenu.Item>
  );
}
