import { Link } from "@tanstack/react-router";
import { GitBranch } from "lucide-react";
import type { Agent, AgentProgram } from "@/contracts/http";
import { duration } from "@/lib/time";
import { Face } from "@/ui/Face";
import { StateMark } from "@/ui/StateMark";
import { useNow } from "@/ui/useNow";
import { agentDoing, agentName, agentPlace, agentState, programName, stateWord } from "../agentRules";
import { AgentMenu } from "./AgentMenu";
import { boardStrings as strings } from "./boardStrings";

export interface AgentCardProps {
  agent: Agent;
  programs: readonly AgentProgram[];
  /** Whose it is; undefined where that goes without saying. */
  owner: { id: string; name: string } | undefined;
  onArchive: (agent: Agent) => void;
}

/** An agent on the board: what it is about, what it is doing now, where, and for how long. */
export function AgentCard({ agent, programs, owner, onArchive }: AgentCardProps) {
  const now = useNow(30_000);
  const word = stateWord(agent);
  const end = agent.completedAt ? Date.parse(agent.completedAt) : now;
  return (
    <>
      <Link
        to="/agents/$agentId"
        params={{ agentId: agent.id }}
        data-agent={agent.id}
        className="flex h-full flex-col gap-0.5 rounded-md border border-line bg-raised px-2.5 py-2 hover:border-line-strong"
      >
        <span className="flex items-center gap-1.5 pr-7">
          <StateMark state={agentState(agent)} {...(word === undefined ? {} : { word })} />
          <span className="truncate font-medium">{agentName(agent)}</span>
        </span>
        <span className="truncate text-sm text-soft">{agentDoing(agent, programName(agent, programs))}</span>
        <span className="flex min-w-0 items-center gap-1 text-xs text-faint">
          <GitBranch size={12} aria-hidden className="shrink-0" />
          <span className="truncate font-mono">{agentPlace(agent)}</span>
        </span>
        <span className="mt-auto flex items-center gap-1.5 text-xs text-faint">
          {owner === undefined ? null : <Face id={owner.id} name={owner.name} />}
          {agent.archivedAt ? <span>{strings.archived}</span> : null}
          <span className="ml-auto">{duration(end - Date.parse(agent.createdAt))}</span>
        </span>
      </Link>
      <span className="absolute top-1 right-1">
        <AgentMenu agent={agent} onArchive={onArchive} />
      </span>
    </>
  );
}
