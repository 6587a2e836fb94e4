import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import { useEffect, useState } from "react";
import { useLists } from "@/app/live";
import type { AgentProgram, AnswerRequest, InboxItem, InboxKind } from "@/contracts/http";
import { troubleOf } from "@/lib/api";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { RelativeTime } from "@/ui/RelativeTime";
import { Skeleton } from "@/ui/Skeleton";
import { uiStrings } from "@/ui/strings";
import { useShortcuts } from "@/ui/useShortcuts";
import { answerRequest, dismissItem, inboxQuery, orSay } from "./agentQueries";
import { agentName, agentPlace, canSteer, programName } from "./agentRules";
import { InboxNote } from "./InboxNote";
import { RequestCard } from "./RequestCard";
import { askedOf, optionOf } from "./requestRules";
import { agentStrings } from "./strings";

const strings = agentStrings.inbox;

export interface InboxListProps {
  /** Items of these kinds. */
  kinds: readonly InboxKind[];
  name?: string;
  most?: number;
  /** The one that somebody came for. */
  itemId?: string | undefined;
}

/** Open items of all agents, read anew whenever the news tell of others. */
export default function InboxList({
  kinds,
  name = strings.all,
  most = Number.POSITIVE_INFINITY,
  itemId,
}: InboxListProps) {
  const client = useQueryClient();
  const programs = useLists((lists) => lists.agentPrograms) ?? [];
  const open = useLists((lists) => lists.inboxItems.map((item) => item.id).join(" "));
  const { data, error, refetch } = useQuery(inboxQuery);
  const [answered, setAnswered] = useState<readonly string[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other items that are open mean another answer
  useEffect(() => {
    void client.invalidateQueries({ queryKey: inboxQuery.queryKey });
  }, [client, open]);
  const during = async (id: string, whenRefused: string, done: Promise<unknown>) => {
    const isTaken = await orSay(whenRefused, done);
    if (isTaken) setAnswered((before) => [...before, id]);
    else void refetch();
    return isTaken;
  };
  if (error !== null && data === undefined) {
    const { title, detail } = troubleOf(error);
    return (
      <Notice
        tone="failure"
        title={strings.trouble}
        actions={<Button onClick={() => void refetch()}>{uiStrings.retry}</Button>}
      >
        {detail ?? title}
      </Notice>
    );
  }
  if (data === undefined) return <Skeleton lines={3} />;
  return (
    <InboxView
      name={name}
      items={data.filter((item) => kinds.includes(item.kind) && !answered.includes(item.id)).slice(0, most)}
      programs={programs}
      itemId={itemId}
      onAnswer={(id, given) => during(id, agentStrings.asks.refused, answerRequest(id, given))}
      onDismiss={(id) => during(id, strings.dismissRefused, dismissItem(id))}
    />
  );
}

export interface InboxViewProps {
  name?: string;
  items: readonly InboxItem[];
  programs: readonly AgentProgram[];
  itemId?: string | undefined;
  onAnswer: (itemId: string, answer: AnswerRequest) => Promise<boolean>;
  onDismiss: (itemId: string) => Promise<boolean>;
}

export function InboxView({ name = strings.all, items, programs, itemId, onAnswer, onDismiss }: InboxViewProps) {
  const [focused, setFocused] = useState<string | null>(itemId ?? null);
  const isPermission = (item: InboxItem) => item.kind === "permission" && canSteer(item.agent);
  const hot = items.find((item) => item.id === focused && isPermission(item)) ?? items.find(isPermission);
  const answerByKey = (key: "y" | "n" | "a") => {
    if (!hot?.request) return;
    const asked = askedOf(hot.request);
    const option = asked.kind === "permission" ? optionOf(asked.options, key) : undefined;
    if (option !== undefined) void onAnswer(hot.id, { optionId: option.optionId });
  };
  const { asks } = agentStrings;
  useShortcuts(
    hot === undefined
      ? []
      : [
          { id: "answer.yes", keys: "y", name: asks.allow, group: strings.title, run: () => answerByKey("y") },
          { id: "answer.no", keys: "n", name: asks.reject, group: strings.title, run: () => answerByKey("n") },
          { id: "answer.always", keys: "a", name: asks.alwaysAllow, group: strings.title, run: () => answerByKey("a") },
        ],
  );
  return (
    <ul aria-label={name} className="flex flex-col gap-5">
      {items.map((item) => (
        <li
          key={item.id}
          ref={item.id === itemId ? (row) => row?.scrollIntoView?.({ block: "nearest" }) : undefined}
          onFocus={() => setFocused(item.id)}
          className={clsx(
            "flex min-w-0 flex-col gap-1.5",
            item.id === itemId && "rounded-md outline-2 outline-offset-4 outline-accent",
          )}
        >
          <Link
            to="/agents/$agentId"
            params={{ agentId: item.agent.id }}
            search={item.workSessionId ? { thread: item.workSessionId } : {}}
            className="flex min-w-0 items-baseline gap-2 self-start max-w-full rounded-[4px] hover:underline"
          >
            <span className="truncate font-medium">{agentName(item.agent)}</span>
            {item.threadName ? <span className="truncate text-sm text-faint">{item.threadName}</span> : null}
          </Link>
          {item.expiresAt ? (
            <p className="text-sm text-soft">
              {strings.expires} <RelativeTime at={item.expiresAt} />
            </p>
          ) : null}
          {item.request ? (
            <RequestCard
              request={item.request}
              who={programName(item.agent, programs)}
              folder={item.projectPath ?? null}
              place={agentPlace(item.agent)}
              canAnswer={canSteer(item.agent)}
              hasKeys={hot?.id === item.id}
              remembers={item.remembers}
              onAnswer={(given) => onAnswer(item.id, given)}
            />
          ) : (
            <InboxNote
              item={item}
              who={programName(item.agent, programs)}
              onAnswer={(given) => onAnswer(item.id, given)}
              onDismiss={() => onDismiss(item.id)}
            />
          )}
        </li>
      ))}
    </ul>
  );
}
