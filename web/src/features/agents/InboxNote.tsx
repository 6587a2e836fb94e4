import clsx from "clsx";
import { useState } from "react";
import type { AnswerRequest, InboxItem } from "@/contracts/http";
import { Button } from "@/ui/Button";
import { RelativeTime } from "@/ui/RelativeTime";
import { type StateKind, StateMark } from "@/ui/StateMark";
import { agentPlace, canSteer } from "./agentRules";
import { agentStrings } from "./strings";

const strings = agentStrings.inbox;

export interface InboxNoteProps {
  item: InboxItem;
  /** Whose it is: the program's name. */
  who: string;
  onAnswer: (answer: AnswerRequest) => Promise<boolean>;
  onDismiss: () => Promise<boolean>;
}

/** What waits for a person and is no question of a program: a budget, something that failed, something to look at. */
export function InboxNote({ item, who, onAnswer, onDismiss }: InboxNoteProps) {
  const [isBusy, setBusy] = useState(false);
  const during = async (done: Promise<boolean>) => {
    setBusy(true);
    if (!(await done)) setBusy(false);
  };
  const { state, heading, tone } = looks(item, who);
  return (
    <article aria-label={heading} className={clsx("flex min-w-0 flex-col gap-2.5 rounded-md border p-3", tone)}>
      <header className="flex min-w-0 flex-wrap items-baseline gap-x-2">
        <StateMark state={state} />
        <h2 className="font-medium">{heading}</h2>
        <span className="min-w-0 truncate text-xs text-faint">{agentStrings.asks.in(agentPlace(item.agent))}</span>
        <RelativeTime at={item.createdAt} className="ml-auto text-xs text-faint" />
      </header>
      <p className="line-clamp-3 wrap-anywhere">{item.title}</p>
      {item.summary ? <p className="text-sm wrap-anywhere text-soft">{item.summary}</p> : null}
      {item.kind === "budget" ? <p className="text-sm text-soft">{strings.budgetAbout}</p> : null}
      {canSteer(item.agent) ? (
        <div className="flex flex-wrap gap-2 max-sm:flex-col">
          {item.kind === "budget" ? (
            <>
              <Button
                look="primary"
                className="max-md:h-11!"
                isBusy={isBusy}
                onClick={() => void during(onAnswer({ action: "continue" }))}
              >
                {strings.goOn}
              </Button>
              <Button
                className="max-md:h-11!"
                disabled={isBusy}
                onClick={() => void during(onAnswer({ action: "stop" }))}
              >
                {strings.stop}
              </Button>
            </>
          ) : (
            <>
              {item.kind === "failed" ? (
                <Button
                  look="primary"
                  className="max-md:h-11!"
                  isBusy={isBusy}
                  onClick={() => void during(onAnswer({ action: "retry" }))}
                >
                  {strings.retry}
                </Button>
              ) : null}
              <Button className="max-md:h-11!" disabled={isBusy} onClick={() => void during(onDismiss())}>
                {strings.dismiss}
              </Button>
            </>
          )}
        </div>
      ) : (
        <p className="text-sm text-soft">{agentStrings.asks.watchOnly}</p>
      )}
    </article>
  );
}

function looks(item: InboxItem, who: string): { state: StateKind; heading: string; tone: string } {
  switch (item.kind) {
    case "budget":
      return { state: "needs-you", heading: strings.budget(who), tone: "border-needs/35 bg-needs-wash" };
    case "failed":
      return { state: "failed", heading: strings.failed(who), tone: "border-failed/35 bg-failed-wash" };
    default:
      return { state: "to-review", heading: strings.finished(who), tone: "border-line bg-surface" };
  }
}
