import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import { GitBranch } from "lucide-react";
import type { ReactNode } from "react";
import type { Agent, AgentProgram } from "@/contracts/http";
import { duration, exactTime } from "@/lib/time";
import { Face } from "@/ui/Face";
import { StateMark } from "@/ui/StateMark";
import { useNow } from "@/ui/useNow";
import { agentDoing, agentName, agentPlace, agentState, programName, stateWord } from "./agentRules";
import { listStrings as strings } from "./listStrings";

export interface AgentRowProps {
  agent: Agent;
  programs: readonly AgentProgram[];
  /** Whose it is; undefined where that goes without saying. */
  owner?: { id: string; name: string } | undefined;
  menu?: ReactNode;
}

/** One line: what it is about, what it is doing now in words, by which program, for how long. */
export function AgentRow({ agent, programs, owner, menu }: AgentRowProps) {
  const now = useNow(30_000);
  const who = programName(agent, programs);
  const word = stateWord(agent);
  const end = agent.completedAt ? Date.parse(agent.completedAt) : now;
  const link = (
    <Link
      to="/agents/$agentId"
      params={{ agentId: agent.id }}
      data-agent={agent.id}
      className={clsx(
        "group grid min-h-12 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 rounded-md px-2.5 py-1.5 hover:bg-hover md:grid-cols-[112px_minmax(0,1.1fr)_minmax(0,1fr)_84px]",
        menu !== undefined && "pr-10!",
      )}
    >
      <StateMark
        state={agentState(agent)}
        isNamed
        {...(word === undefined ? {} : { word })}
        className="max-md:order-2 max-md:justify-self-end"
      />
      <span className="min-w-0">
        <span className="block truncate font-medium">{agentName(agent)}</span>
        <span className="flex min-w-0 items-center gap-1 text-xs text-faint">
          <GitBranch size={12} aria-hidden className="shrink-0" />
          <span className="truncate font-mono">{agentPlace(agent)}</span>
        </span>
      </span>
      <span className="flex min-w-0 items-center gap-1.5 text-sm text-soft max-md:hidden">
        {owner === undefined ? null : <Face id={owner.id} name={owner.name} />}
        <span className="truncate">{agent.archivedAt ? strings.archived : agentDoing(agent, who)}</span>
      </span>
      <time
        dateTime={agent.createdAt}
        title={`${strings.started} ${exactTime(agent.createdAt)}`}
        className="text-right text-xs text-faint max-md:hidden"
      >
        {duration(end - Date.parse(agent.createdAt))}
      </time>
    </Link>
  );
  if (menu === undefined) return link;
  return (
    <>
      {link}
      <span className="absolute top-1/2 right-2 -translate-y-1/2 md:right-6">{menu}</span>
    </>
  );
}
