import clsx from "clsx";
import { agentStrings } from "./strings";
import type { ThreadCommand } from "./threadSettings";

export interface CommandListProps {
  id: string;
  commands: readonly ThreadCommand[];
  chosen: number;
  onChoose: (command: ThreadCommand) => void;
}

/** Commands of the program that what is typed may become. */
export function CommandList({ id, commands, chosen, onChoose }: CommandListProps) {
  if (commands.length === 0) return null;
  return (
    <div
      id={id}
      role="listbox"
      aria-label={agentStrings.composer.commands}
      className="max-h-56 overflow-y-auto rounded-md border border-line bg-surface p-1"
    >
      {commands.map((command, index) => (
        <div
          key={command.name}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === chosen}
          onMouseDown={(event) => {
            event.preventDefault();
            onChoose(command);
          }}
          className={clsx(
            "flex min-h-7 max-md:min-h-10 cursor-default items-center gap-2 rounded-[4px] px-2 text-sm",
            index === chosen && "bg-hover",
          )}
        >
          <span className="shrink-0 font-mono text-[12px]">/{command.name}</span>
          <span className="min-w-0 truncate text-faint">{command.about}</span>
        </div>
      ))}
    </div>
  );
}
