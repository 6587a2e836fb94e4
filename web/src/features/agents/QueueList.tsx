import { ArrowDown, ArrowUp, X } from "lucide-react";
import type { Turn } from "@/contracts/http";
import { IconButton } from "@/ui/IconButton";
import { agentStrings } from "./strings";

const strings = agentStrings.queue;

export interface QueueListProps {
  turns: readonly Turn[];
  /** Whether they wait for a person, not for the turn before them. */
  isHeld: boolean;
  canSteer: boolean;
  onMove: (turn: Turn, place: number) => void;
  onTakeBack: (turn: Turn) => void;
}

/** Messages that wait for their turn, the next one first. */
export function QueueList({ turns, isHeld, canSteer, onMove, onTakeBack }: QueueListProps) {
  if (turns.length === 0) return null;
  const title = strings.title(turns.length);
  return (
    <section aria-label={title} className="mx-auto w-full max-w-220 px-2 pb-1 md:px-5">
      <h2 className="px-1 text-xs font-medium text-faint">{title}</h2>
      {isHeld ? <p className="px-1 text-xs text-soft">{strings.held}</p> : null}
      <ol className="max-h-36 divide-y divide-line overflow-y-auto">
        {turns.map((turn, index) => (
          <li key={turn.id} className="flex min-h-8 items-center gap-1 pl-1 text-sm max-md:min-h-10">
            <span className="w-4 shrink-0 text-xs text-faint">{index + 1}</span>
            <span className="min-w-0 flex-1 truncate">{turn.text}</span>
            {canSteer ? (
              <>
                <IconButton
                  name={strings.up(short(turn.text))}
                  disabled={index === 0}
                  onClick={() => onMove(turn, index - 1)}
                >
                  <ArrowUp size={14} aria-hidden />
                </IconButton>
                <IconButton
                  name={strings.down(short(turn.text))}
                  disabled={index === turns.length - 1}
                  onClick={() => onMove(turn, index + 1)}
                >
                  <ArrowDown size={14} aria-hidden />
                </IconButton>
                <IconButton name={strings.takeBack(short(turn.text))} onClick={() => onTakeBack(turn)}>
                  <X size={14} aria-hidden />
                </IconButton>
              </>
            ) : null}
          </li>
        ))}
      </ol>
    </section>
  );
}

function short(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
