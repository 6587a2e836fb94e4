import clsx from "clsx";
import { Bot, Columns3, List, Plus } from "lucide-react";
import { type ReactNode, type RefObject, useMemo, useRef } from "react";
import type { Agent, User } from "@/contracts/http";
import type { NewsLists } from "@/contracts/news";
import { Button } from "@/ui/Button";
import { Empty } from "@/ui/Empty";
import { GroupedRows } from "@/ui/GroupedRows";
import { SearchBox } from "@/ui/SearchBox";
import { Segments } from "@/ui/Segments";
import { Skeleton } from "@/ui/Skeleton";
import { useShortcuts } from "@/ui/useShortcuts";
import { AgentRow } from "../AgentRow";
import { canSteer } from "../agentRules";
import { agentStrings } from "../strings";
import { AgentBoard } from "./AgentBoard";
import { AgentCard } from "./AgentCard";
import { AgentFilterBar, type AgentFilterBarProps, type Choice } from "./AgentFilterBar";
import { AgentMenu } from "./AgentMenu";
import { type AgentsSearch, filterCount, filteredAgents } from "./agentFilters";
import { agentRowGroups } from "./agentRowGroups";
import { boardStrings as strings } from "./boardStrings";
import { FoundPlaces } from "./FoundPlaces";

export interface AgentsViewProps {
  lists: Pick<NewsLists, "agents" | "agentPrograms" | "repositories"> | undefined;
  search: AgentsSearch;
  /** Id of who looks; undefined while it is not known. */
  me: string | undefined;
  users: readonly User[];
  onSearch: AgentFilterBarProps["onChange"];
  onCreate: () => void;
  onArchive: (agent: Agent) => void;
  onArchiveAll: (agents: readonly Agent[]) => void;
}

/** All agents as a list or a board, by whose they are and what narrows them; what is typed is looked for in conversations too. */
export function AgentsView(props: AgentsViewProps) {
  const { lists, search, onSearch, onCreate } = props;
  const box = useRef<HTMLInputElement>(null);
  useListShortcuts(props, box);
  // The board takes the whole width, and what is above it stands where its columns begin.
  const width =
    search.view === "board" && search.q === undefined ? "px-4 md:px-6" : "mx-auto w-full max-w-240 px-4 md:px-8";
  return (
    <main id="main" tabIndex={-1} className="flex min-h-0 min-w-0 flex-1 flex-col bg-surface outline-none">
      <header className={clsx("flex flex-wrap items-center gap-2 pt-5 pb-2 md:pt-7", width)}>
        <h1 className="mr-2 text-xl font-semibold tracking-[-0.01em] max-md:flex-1">{agentStrings.agents}</h1>
        <div className="flex gap-2 max-md:order-1 max-md:w-full">
          <Segments
            name={strings.whose}
            value={search.who ?? "mine"}
            segments={[
              { value: "mine", name: strings.mine },
              { value: "all", name: strings.all },
            ]}
            onChange={(who) => onSearch({ who: who === "all" ? "all" : undefined, person: undefined })}
          />
          <Segments
            name={strings.views}
            value={search.view ?? "list"}
            segments={[
              { value: "list", name: strings.list, icon: <List size={14} aria-hidden /> },
              { value: "board", name: strings.board, icon: <Columns3 size={14} aria-hidden /> },
            ]}
            onChange={(view) => onSearch({ view })}
          />
        </div>
        <span className="flex-1 max-md:hidden" />
        <SearchBox ref={box} isWide name={strings.search} value={search.q ?? ""} onChange={(q) => onSearch({ q })} />
        <Button look="primary" icon={<Plus size={15} aria-hidden />} onClick={onCreate}>
          {agentStrings.newAgent}
        </Button>
      </header>
      {lists === undefined ? (
        <div className="mx-auto w-full max-w-240 md:px-4">
          <Skeleton lines={9} />
        </div>
      ) : (
        <>
          <AgentFilterBar className={width} search={search} {...choicesOf(lists, props.users)} onChange={onSearch} />
          <Shown {...props} lists={lists} />
        </>
      )}
    </main>
  );
}

function Shown(props: AgentsViewProps & { lists: NonNullable<AgentsViewProps["lists"]> }) {
  const { lists, search, me, users, onSearch, onCreate, onArchive, onArchiveAll } = props;
  const found = useMemo(
    () => filteredAgents(lists.agents, search, me, lists.agentPrograms),
    [lists.agents, lists.agentPrograms, search, me],
  );
  const groups = useMemo(() => agentRowGroups(found), [found]);
  const actions = ({ key, items }: (typeof groups)[number]) => {
    const toArchive = key === "done" ? items.filter((each) => !each.archivedAt && canSteer(each)) : [];
    return toArchive.length === 0 ? null : (
      <Button look="plain" className="h-6!" onClick={() => onArchiveAll(toArchive)}>
        {strings.archiveAll(toArchive.length)}
      </Button>
    );
  };
  const ownerOf = (agent: Agent) => {
    const owner = agent.userId === me ? undefined : users.find((user) => user.id === agent.userId);
    return search.who === "all" && owner !== undefined ? { id: owner.id, name: owner.displayName } : undefined;
  };
  const row = (agent: Agent) => (
    <AgentRow
      agent={agent}
      programs={lists.agentPrograms}
      owner={ownerOf(agent)}
      menu={<AgentMenu agent={agent} onArchive={onArchive} />}
    />
  );

  if (lists.agents.length === 0) {
    return (
      <Empty
        icon={<Bot size={28} strokeWidth={1.5} aria-hidden />}
        title={agentStrings.noneTitle}
        action={
          <Button look="primary" onClick={onCreate}>
            {agentStrings.newAgent}
          </Button>
        }
        example={agentStrings.noneExample}
      >
        {agentStrings.none}
      </Empty>
    );
  }
  if (search.q !== undefined) {
    return (
      <div className="min-h-0 flex-1 overflow-y-auto">
        <FoundAgents groups={groups} row={row} q={search.q} />
        <FoundPlaces q={search.q} archived={search.archived === true} agents={lists.agents} />
      </div>
    );
  }
  if (found.length === 0) {
    const isOthers = search.who === undefined && filterCount(search) === 0;
    return (
      <Empty
        title={isOthers ? strings.noneMineTitle : strings.noneFiltered}
        action={isOthers ? <Button onClick={() => onSearch({ who: "all" })}>{strings.showAll}</Button> : null}
      >
        {isOthers ? strings.noneMine : null}
      </Empty>
    );
  }
  return search.view === "board" ? (
    <AgentBoard
      columns={groups}
      actions={actions}
      card={(agent) => (
        <AgentCard agent={agent} programs={lists.agentPrograms} owner={ownerOf(agent)} onArchive={onArchive} />
      )}
    />
  ) : (
    <GroupedRows label={agentStrings.agents} groups={groups} keyOf={(agent) => agent.id} row={row} actions={actions} />
  );
}

/** More agents than that nobody wants who types a name. */
const mostFound = 20;

function FoundAgents({
  groups,
  row,
  q,
}: {
  groups: ReturnType<typeof agentRowGroups>;
  row: (agent: Agent) => ReactNode;
  q: string;
}) {
  const agents = groups.flatMap((group) => group.items).slice(0, mostFound);
  return (
    <section aria-label={agentStrings.agents} className="mx-auto w-full max-w-240">
      <h2 className="flex h-10 items-end gap-1.5 px-4 pb-1.5 md:px-8 text-sm font-semibold">{agentStrings.agents}</h2>
      {agents.length === 0 ? (
        <p className="px-4 text-sm text-faint md:px-8">{agentStrings.noneFound(q)}</p>
      ) : (
        <ul>
          {agents.map((agent) => (
            <li key={agent.id} className="relative px-1.5 md:px-5.5">
              {row(agent)}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function choicesOf(
  lists: NonNullable<AgentsViewProps["lists"]>,
  users: readonly User[],
): { repositories: Choice[]; programs: Choice[]; people: Choice[] } {
  const owners = new Set(lists.agents.map((agent) => agent.userId));
  const programs = new Set(lists.agents.map((agent) => agent.agentProgramId));
  return {
    repositories: lists.repositories.map(({ id, owner, name }) => ({ value: id, name: `${owner}/${name}` })),
    programs: lists.agentPrograms.filter(({ id }) => programs.has(id)).map(({ id, name }) => ({ value: id, name })),
    people: users.filter(({ id }) => owners.has(id)).map(({ id, displayName }) => ({ value: id, name: displayName })),
  };
}

function useListShortcuts(
  { lists, search, onSearch, onArchive }: AgentsViewProps,
  box: RefObject<HTMLInputElement | null>,
): void {
  const group = agentStrings.agents;
  const view = search.view === "board" ? "list" : "board";
  useShortcuts([
    { id: "agents.search", keys: "/", name: strings.search, group, run: () => box.current?.focus() },
    {
      id: "agents.view",
      keys: "v",
      name: `${strings.views}: ${view === "board" ? strings.board : strings.list}`,
      group,
      run: () => onSearch({ view }),
    },
    {
      id: "agents.whose",
      keys: "",
      name: search.who === "all" ? strings.mine : strings.showAll,
      group,
      run: () => onSearch({ who: search.who === "all" ? undefined : "all", person: undefined }),
    },
    {
      id: "agents.archive",
      keys: "e",
      name: strings.archiveFocused,
      group,
      run: () => {
        const id = document.activeElement?.closest<HTMLElement>("[data-agent]")?.dataset.agent;
        const agent = lists?.agents.find((each) => each.id === id);
        if (agent !== undefined && canSteer(agent)) onArchive(agent);
      },
    },
  ]);
}
