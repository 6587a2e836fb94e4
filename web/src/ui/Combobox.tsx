import clsx from "clsx";
import { Command } from "cmdk";
import { ChevronsUpDown } from "lucide-react";
import { Popover } from "radix-ui";
import { type ReactNode, useState } from "react";

export interface Choice {
  value: string;
  name: string;
  note?: string | undefined;
  icon?: ReactNode;
}

export interface ComboboxProps {
  id?: string;
  label: string;
  placeholder: string;
  searchPlaceholder: string;
  value: string | null;
  choices: readonly Choice[];
  none: string;
  isMono?: boolean;
  /** Offers what was typed as a new value, under these words. */
  createName?: ((typed: string) => string) | undefined;
  onChange: (value: string, isNew: boolean) => void;
}

/** A button that opens a searchable list; keyboard as in any list box. */
export function Combobox(props: ComboboxProps) {
  const {
    id,
    label,
    placeholder,
    searchPlaceholder,
    value,
    choices,
    none,
    isMono = false,
    createName,
    onChange,
  } = props;
  const [isOpen, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const chosen = choices.find((choice) => choice.value === value);
  const wanted = typed.trim();
  const canCreate = createName !== undefined && wanted !== "" && !choices.some((choice) => choice.value === wanted);
  const choose = (next: string, isNew: boolean) => {
    onChange(next, isNew);
    setOpen(false);
    setTyped("");
  };
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen} modal>
      <Popover.Trigger
        id={id}
        aria-label={`${label}: ${chosen?.name ?? value ?? placeholder}`}
        className={clsx(
          "flex h-8 max-md:h-10 w-full items-center gap-2 rounded-md border border-line bg-surface px-2.5 text-left text-base hover:border-line-strong",
          isMono && "font-mono text-sm",
        )}
      >
        {chosen?.icon}
        <span className={clsx("flex-1 truncate", value === null && "font-sans text-faint")}>
          {chosen?.name ?? value ?? placeholder}
        </span>
        <ChevronsUpDown size={14} aria-hidden className="shrink-0 text-faint" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={4}
          collisionPadding={8}
          className="pop z-60 w-(--radix-popover-trigger-width) overflow-hidden rounded-md border border-line bg-raised shadow-pop"
        >
          <Command label={label} loop>
            <Command.Input
              value={typed}
              onValueChange={setTyped}
              placeholder={searchPlaceholder}
              className={clsx(
                "h-9 w-full border-b border-line bg-transparent px-3 placeholder:font-sans placeholder:text-faint focus:outline-none max-md:text-[16px]",
                isMono && "font-mono text-sm",
              )}
            />
            <Command.List className="max-h-64 overflow-y-auto p-1">
              <Command.Empty className="px-2 py-4 text-center text-sm text-faint">{none}</Command.Empty>
              {choices.map((choice) => (
                <Command.Item
                  key={choice.value}
                  value={`${choice.name} ${choice.value}`}
                  onSelect={() => choose(choice.value, false)}
                  className="flex min-h-7 max-md:min-h-10 items-center gap-2 rounded-[4px] px-2 text-sm data-[selected=true]:bg-hover"
                >
                  {choice.icon}
                  <span className={clsx("truncate", isMono && "font-mono")}>{choice.name}</span>
                  {choice.note === undefined ? null : (
                    <span className="ml-auto shrink-0 truncate pl-3 text-xs text-faint">{choice.note}</span>
                  )}
                </Command.Item>
              ))}
              {canCreate ? (
                <Command.Item
                  forceMount
                  value={`new ${wanted}`}
                  onSelect={() => choose(wanted, true)}
                  className="flex min-h-7 max-md:min-h-10 items-center rounded-[4px] px-2 text-sm text-accent data-[selected=true]:bg-hover"
                >
                  {createName?.(wanted)}
                </Command.Item>
              ) : null}
            </Command.List>
          </Command>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
