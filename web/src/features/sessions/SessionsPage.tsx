import { useVirtualizer } from "@tanstack/react-virtual";
import { Plus, Search, SquareTerminal } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { useLists } from "@/app/live";
import { useNavigation } from "@/app/navigation";
import type { AgentProgram, Repository, Session } from "@/contracts/http";
import { Button } from "@/ui/Button";
import { Empty } from "@/ui/Empty";
import { TextInput } from "@/ui/Field";
import { Skeleton } from "@/ui/Skeleton";
import { useShortcuts } from "@/ui/useShortcuts";
import { SessionRow } from "./SessionRow";
import { grouped, matches, type SessionGroup } from "./sessionRules";
import { sessionStrings as strings } from "./strings";

export default function SessionsPage() {
  const lists = useLists((all) => all);
  const { openCreate } = useNavigation();
  return <SessionsView lists={lists} onCreate={openCreate} />;
}

export interface SessionsViewProps {
  lists: { sessions: Session[]; repositories: Repository[]; agentPrograms: AgentProgram[] } | undefined;
  onCreate: () => void;
}

export function SessionsView({ lists, onCreate }: SessionsViewProps) {
  const [search, setSearch] = useState("");
  const box = useRef<HTMLInputElement>(null);
  useShortcuts([
    {
      id: "sessions.search",
      keys: "/",
      name: strings.search,
      group: strings.sessions,
      run: () => box.current?.focus(),
    },
  ]);
  return (
    <main id="main" tabIndex={-1} className="flex min-h-0 flex-1 flex-col bg-surface outline-none">
      <header className="mx-auto flex w-full max-w-240 flex-wrap items-center gap-3 px-4 pt-5 pb-3 md:px-8 md:pt-7">
        <div className="min-w-0 flex-1">
          <h1 className="text-xl font-semibold tracking-[-0.01em]">{strings.sessions}</h1>
          <p className="text-soft max-md:hidden">{strings.aboutSessions}</p>
        </div>
        <div className="relative max-md:order-3 max-md:w-full">
          <Search size={14} aria-hidden className="absolute top-1/2 left-2.5 -translate-y-1/2 text-faint" />
          <TextInput
            ref={box}
            type="search"
            aria-label={strings.search}
            placeholder={strings.search}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            className="h-7 pl-8 md:w-60"
          />
        </div>
        <Button look="primary" icon={<Plus size={15} aria-hidden />} onClick={onCreate}>
          {strings.newSession}
        </Button>
      </header>
      {lists === undefined ? (
        <div className="mx-auto w-full max-w-240 md:px-4">
          <Skeleton lines={9} />
        </div>
      ) : (
        <SessionRows lists={lists} search={search} onCreate={onCreate} />
      )}
    </main>
  );
}

type Line = { kind: "heading"; group: SessionGroup; count: number } | { kind: "session"; session: Session };

function SessionRows({
  lists,
  search,
  onCreate,
}: {
  lists: NonNullable<SessionsViewProps["lists"]>;
  search: string;
  onCreate: () => void;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const repositories = useMemo(
    () => new Map(lists.repositories.map((repository) => [repository.id, repository])),
    [lists.repositories],
  );
  const lines = useMemo(() => {
    const found = lists.sessions.filter((session) => {
      const repository = repositories.get(session.repositoryId ?? "");
      return matches(session, search, repository && `${repository.owner}/${repository.name}`);
    });
    const groups = grouped(found);
    return (["needs", "running", "finished"] as const).flatMap((group): Line[] =>
      groups[group].length === 0
        ? []
        : [
            { kind: "heading", group, count: groups[group].length },
            ...groups[group].map((session): Line => ({ kind: "session", session })),
          ],
    );
  }, [lists.sessions, repositories, search]);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (lines[index]?.kind === "heading" ? 40 : 52),
    overscan: 12,
  });

  if (lists.sessions.length === 0) {
    return (
      <Empty
        icon={<SquareTerminal size={28} strokeWidth={1.5} aria-hidden />}
        title={strings.noneTitle}
        action={
          <Button look="primary" onClick={onCreate}>
            {strings.newSession}
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
        aria-label={strings.sessions}
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
                <SessionRow
                  session={line.session}
                  repository={repositories.get(line.session.repositoryId ?? "")}
                  programs={lists.agentPrograms}
                />
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
