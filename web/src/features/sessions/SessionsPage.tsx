import { Plus, SquareTerminal } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { useLists } from "@/app/live";
import { useNavigation } from "@/app/navigation";
import type { AgentProgram, Repository, Session } from "@/contracts/http";
import { Button } from "@/ui/Button";
import { Empty } from "@/ui/Empty";
import { GroupedRows } from "@/ui/GroupedRows";
import { SearchBox } from "@/ui/SearchBox";
import { Skeleton } from "@/ui/Skeleton";
import { useShortcuts } from "@/ui/useShortcuts";
import { SessionRow } from "./SessionRow";
import { sessionRowGroups } from "./sessionRowGroups";
import { matches } from "./sessionRules";
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
        <SearchBox ref={box} name={strings.search} value={search} onChange={setSearch} />
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

function SessionRows({
  lists,
  search,
  onCreate,
}: {
  lists: NonNullable<SessionsViewProps["lists"]>;
  search: string;
  onCreate: () => void;
}) {
  const repositories = useMemo(
    () => new Map(lists.repositories.map((repository) => [repository.id, repository])),
    [lists.repositories],
  );
  const found = useMemo(
    () =>
      lists.sessions.filter((session) => {
        const repository = repositories.get(session.repositoryId ?? "");
        return matches(session, search, repository && `${repository.owner}/${repository.name}`);
      }),
    [lists.sessions, repositories, search],
  );
  const groups = useMemo(() => sessionRowGroups(found), [found]);

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
  if (found.length === 0) return <p className="px-8 py-10 text-center text-soft">{strings.noneFound(search)}</p>;
  return (
    <GroupedRows
      label={strings.sessions}
      groups={groups}
      keyOf={(session) => session.id}
      row={(session) => (
        <SessionRow
          session={session}
          repository={repositories.get(session.repositoryId ?? "")}
          programs={lists.agentPrograms}
        />
      )}
    />
  );
}
