import { useVirtualizer } from "@tanstack/react-virtual";
import { Bot, Plus, Search } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { useLists } from "@/app/live";
import { useNavigation } from "@/app/navigation";
import type { Agent } from "@/contracts/http";
import type { NewsLists } from "@/contracts/news";
import { Button } from "@/ui/Button";
import { Empty } from "@/ui/Empty";
import { Check, TextInput } from "@/ui/Field";
import { Skeleton } from "@/ui/Skeleton";
import { AgentRow } from "./AgentRow";
import { type AgentGroup, agentGroups, groupedAgents, matchesAgent, programName } from "./agentRules";
import { agentStrings as strings } from "./strings";

export default function AgentsPage() {
  const lists = useLists((all) => all);
  const { openCreateAgent } = useNavigation();
  return <AgentsView lists={lists} onCreate={openCreateAgent} />;
}

export interface AgentsViewProps {
  lists: Pick<NewsLists, "agents" | "agentPrograms"> | undefined;
  onCreate: () => void;
}

export function AgentsView({ lists, onCreate }: AgentsViewProps) {
  const [search, setSearch] = useState("");
  const [withArchived, setWithArchived] = useState(false);
  const hasArchived = lists?.agents.some((agent) => agent.archivedAt) ?? false;
  return (
    <main id="main" tabIndex={-1} className="flex min-h-0 min-w-0 flex-1 flex-col bg-surface outline-none">
      <header className="mx-auto flex w-full max-w-240 flex-wrap items-center gap-2 px-4 pt-5 pb-3 md:px-8 md:pt-7">
        <h1 className="flex-1 text-xl font-semibold tracking-[-0.01em]">{strings.agents}</h1>
        {hasArchived ? (
          <Check label={strings.showArchived} isChecked={withArchived} onChange={setWithArchived} />
        ) : null}
        <div className="relative max-md:order-last max-md:w-full">
          <Search size={14} aria-hidden className="absolute top-1/2 left-2.5 -translate-y-1/2 text-faint" />
          <TextInput
            type="search"
            aria-label={strings.search}
            placeholder={strings.search}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            className="h-7 pl-8 md:w-60"
          />
        </div>
        <Button look="primary" icon={<Plus size={15} aria-hidden />} onClick={onCreate}>
          {strings.newAgent}
        </Button>
      </header>
      {lists === undefined ? (
        <div className="mx-auto w-full max-w-240 md:px-4">
          <Skeleton lines={9} />
        </div>
      ) : (
        <AgentRows lists={lists} search={search} withArchived={withArchived} onCreate={onCreate} />
      )}
    </main>
  );
}

type Line = { kind: "heading"; group: AgentGroup; count: number } | { kind: "agent"; agent: Agent };

function AgentRows({
  lists,
  search,
  withArchived,
  onCreate,
}: {
  lists: NonNullable<AgentsViewProps["lists"]>;
  search: string;
  withArchived: boolean;
  onCreate: () => void;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => {
    const found = lists.agents.filter(
      (agent) =>
        (withArchived || !agent.archivedAt) && matchesAgent(agent, search, programName(agent, lists.agentPrograms)),
    );
    const groups = groupedAgents(found);
    return agentGroups.flatMap((group): Line[] =>
      groups[group].length === 0
        ? []
        : [
            { kind: "heading", group, count: groups[group].length },
            ...groups[group].map((agent): Line => ({ kind: "agent", agent })),
          ],
    );
  }, [lists.agents, lists.agentPrograms, search, withArchived]);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (lines[index]?.kind === "heading" ? 40 : 52),
    overscan: 12,
  });

  if (lists.agents.length === 0) {
    return (
      <Empty
        icon={<Bot size={28} strokeWidth={1.5} aria-hidden />}
        title={strings.noneTitle}
        action={
          <Button look="primary" onClick={onCreate}>
            {strings.newAgent}
          </Button>
        }
        example={strings.noneExample}
      >
        {strings.none}
      </Empty>
    );
  }
  if (lines.length === 0) return <p className="px-8 py-10 text-center text-soft">{strings.noneFound(search)}</p>;
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto">
      <ul
        aria-label={strings.agents}
        className="relative mx-auto w-full max-w-240"
        style={{ height: rows.getTotalSize() + 24 }}
      >
        {rows.getVirtualItems().map((item) => {
          const line = lines[item.index];
          if (line === undefined) return null;
          return (
            <li
              key={item.key}
              className="absolute inset-x-0 top-0 px-1.5 md:px-5.5"
              style={{ height: item.size, transform: `translateY(${item.start}px)` }}
            >
              {line.kind === "heading" ? (
                <h2 className="flex h-full items-end gap-1.5 px-2.5 pb-1.5 text-sm font-semibold">
                  {strings.groups[line.group]}
                  <span className="font-normal text-faint">{line.count}</span>
                </h2>
              ) : (
                <AgentRow agent={line.agent} programs={lists.agentPrograms} />
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
