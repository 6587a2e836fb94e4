import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useLists } from "@/app/live";
import type { AgentProgram, AnswerRequest, InboxItem } from "@/contracts/http";
import { troubleOf } from "@/lib/api";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { uiStrings } from "@/ui/strings";
import { useShortcuts } from "@/ui/useShortcuts";
import { answerRequest, inboxQuery, orSay } from "./agentQueries";
import { agentName, agentPlace, canSteer, programName } from "./agentRules";
import { RequestCard } from "./RequestCard";
import { askedOf, optionOf } from "./requestRules";
import { agentStrings } from "./strings";

const strings = agentStrings.inbox;

/** Open questions of all agents, kept current by the news of the agents that ask. */
export default function InboxList({ most = Number.POSITIVE_INFINITY }: { most?: number }) {
  const client = useQueryClient();
  const programs = useLists((lists) => lists.agentPrograms) ?? [];
  const asking = useLists((lists) => lists.agents.filter((agent) => agent.openRequests > 0));
  const { data, error, refetch } = useQuery(inboxQuery);
  const [answered, setAnswered] = useState<readonly string[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another answer to who asks means other questions
  useEffect(() => {
    void client.invalidateQueries({ queryKey: inboxQuery.queryKey });
  }, [client, asking]);
  const answer = async (requestId: string, given: AnswerRequest) => {
    const isTaken = await orSay(agentStrings.asks.refused, answerRequest(requestId, given));
    if (isTaken) setAnswered((before) => [...before, requestId]);
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
      items={data.filter((item) => !answered.includes(item.id)).slice(0, most)}
      programs={programs}
      onAnswer={answer}
    />
  );
}

export interface InboxViewProps {
  items: readonly InboxItem[];
  programs: readonly AgentProgram[];
  onAnswer: (requestId: string, answer: AnswerRequest) => Promise<boolean>;
}

export function InboxView({ items, programs, onAnswer }: InboxViewProps) {
  const [focused, setFocused] = useState<string | null>(null);
  const isPermission = (item: InboxItem) => item.request.what === "permission" && canSteer(item.agent);
  const hot = items.find((item) => item.id === focused && isPermission(item)) ?? items.find(isPermission);
  const answerByKey = (key: "y" | "n" | "a") => {
    if (hot === undefined) return;
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
          { id: "answer.always", keys: "a", name: asks.always, group: strings.title, run: () => answerByKey("a") },
        ],
  );
  return (
    <ul aria-label={strings.all} className="flex flex-col gap-5">
      {items.map((item) => (
        <li key={item.id} onFocus={() => setFocused(item.id)} className="flex min-w-0 flex-col gap-1.5">
          <Link
            to="/agents/$agentId"
            params={{ agentId: item.agent.id }}
            search={item.request.workSessionId ? { thread: item.request.workSessionId } : {}}
            className="flex min-w-0 items-baseline gap-2 self-start max-w-full rounded-[4px] hover:underline"
          >
            <span className="truncate font-medium">{agentName(item.agent)}</span>
          </Link>
          <RequestCard
            request={item.request}
            who={programName(item.agent, programs)}
            folder={null}
            place={agentPlace(item.agent)}
            canAnswer={canSteer(item.agent)}
            hasKeys={hot?.id === item.id}
            onAnswer={(given) => onAnswer(item.id, given)}
          />
        </li>
      ))}
    </ul>
  );
}
