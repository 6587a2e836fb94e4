import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useLists } from "@/app/live";
import { useNavigation } from "@/app/navigation";
import type { NewsLists } from "@/contracts/news";
import { meQuery } from "@/features/accounts";
import { grouped, SessionRow } from "@/features/sessions";
import { Button } from "@/ui/Button";
import { Empty } from "@/ui/Empty";
import { Page, Section } from "@/ui/Page";
import { Skeleton } from "@/ui/Skeleton";
import { dashboardStrings as strings } from "./strings";

const finishedShown = 8;

export function HomePage() {
  const lists = useLists((all) => all);
  const me = useQuery(meQuery);
  const { openCreate } = useNavigation();
  return <HomeView lists={lists} canAddRepository={me.data?.mayRunPrograms === true} onCreate={openCreate} />;
}

export interface HomeViewProps {
  lists: NewsLists | undefined;
  canAddRepository: boolean;
  onCreate: () => void;
}

/** What needs me, what is going on, what came out: in this order. */
export function HomeView({ lists, canAddRepository, onCreate }: HomeViewProps) {
  const create = (
    <Button look="primary" icon={<Plus size={15} aria-hidden />} onClick={onCreate}>
      {strings.newSession}
    </Button>
  );
  if (lists === undefined) {
    return (
      <Page title={strings.title}>
        <Skeleton lines={8} />
      </Page>
    );
  }
  if (lists.sessions.length === 0) {
    return (
      <Page title={strings.title}>
        <Empty
          title={strings.welcomeTitle}
          example={strings.welcomeExample}
          action={
            <>
              {create}
              {canAddRepository ? (
                <Link
                  to="/settings/$section"
                  params={{ section: "repositories" }}
                  className="inline-flex h-7 items-center rounded-md border border-line bg-raised px-2.5 text-sm font-medium hover:border-line-strong max-md:h-9"
                >
                  {strings.addRepository}
                </Link>
              ) : null}
            </>
          }
        >
          {strings.welcome}
        </Empty>
      </Page>
    );
  }
  const groups = grouped(lists.sessions);
  return (
    <Page title={strings.title} actions={create}>
      <Group title={strings.needs} none={strings.noneNeeds} sessions={groups.needs} lists={lists} />
      <Group title={strings.running} none={strings.noneRunning} sessions={groups.running} lists={lists} />
      <Group
        title={strings.finished}
        none={strings.noneFinished}
        sessions={groups.finished.slice(0, finishedShown)}
        count={groups.finished.length}
        lists={lists}
      />
    </Page>
  );
}

function Group({
  title,
  none,
  sessions,
  count,
  lists,
}: {
  title: string;
  none: string;
  sessions: NewsLists["sessions"];
  count?: number;
  lists: NewsLists;
}) {
  const total = count ?? sessions.length;
  return (
    <Section
      title={title}
      count={total}
      actions={
        total > sessions.length ? (
          <Link to="/sessions" className="text-sm text-accent hover:underline">
            {strings.all}
          </Link>
        ) : null
      }
    >
      {sessions.length === 0 ? (
        <p className="text-sm text-faint">{none}</p>
      ) : (
        <ul className="-mx-2.5 flex flex-col">
          {sessions.slice(0, 100).map((session) => (
            <li key={session.id}>
              <SessionRow
                session={session}
                repository={lists.repositories.find((repository) => repository.id === session.repositoryId)}
                programs={lists.agentPrograms}
              />
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
