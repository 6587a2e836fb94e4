import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Bot, Plus } from "lucide-react";
import { type ReactNode, Suspense } from "react";
import { useLists } from "@/app/live";
import { useNavigation } from "@/app/navigation";
import type { Agent, Session } from "@/contracts/http";
import type { NewsLists } from "@/contracts/news";
import { meQuery } from "@/features/accounts";
import { AgentRow, groupedAgents, InboxList } from "@/features/agents";
import { askingKinds, askingOf } from "@/features/inbox";
import { grouped, SessionRow } from "@/features/sessions";
import { Button } from "@/ui/Button";
import { Empty } from "@/ui/Empty";
import { Page, Section } from "@/ui/Page";
import { Skeleton } from "@/ui/Skeleton";
import { dashboardStrings as strings } from "./strings";

const finishedShown = 8;
const questionsShown = 5;
const agentsShown = 12;
const sessionsShown = 100;

export function HomePage() {
  const lists = useLists((all) => all);
  const me = useQuery(meQuery);
  const { openCreate, openCreateAgent } = useNavigation();
  return (
    <HomeView
      lists={lists}
      canAddRepository={me.data?.mayRunPrograms === true}
      onCreate={openCreate}
      onCreateAgent={openCreateAgent}
    />
  );
}

export interface HomeViewProps {
  lists: NewsLists | undefined;
  canAddRepository: boolean;
  onCreate: () => void;
  onCreateAgent: () => void;
}

/** What needs me, what is going on, what came out: in this order, agents before sessions. */
export function HomeView({ lists, canAddRepository, onCreate, onCreateAgent }: HomeViewProps) {
  const create = (
    <>
      <Button onClick={onCreate} icon={<Plus size={15} aria-hidden />}>
        {strings.newSession}
      </Button>
      <Button look="primary" icon={<Bot size={15} aria-hidden />} onClick={onCreateAgent}>
        {strings.newAgent}
      </Button>
    </>
  );
  if (lists === undefined) {
    return (
      <Page title={strings.title}>
        <Skeleton lines={8} />
      </Page>
    );
  }
  if (lists.sessions.length === 0 && lists.agents.length === 0) {
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
  // An agent's own session is told by the agent, unless something else in it needs somebody.
  const ofAgents = new Set(lists.agents.map((agent) => agent.sessionId));
  const sessions = grouped(lists.sessions);
  const own = (all: readonly Session[]) => all.filter((session) => !ofAgents.has(session.id));
  const agents = groupedAgents(lists.agents.filter((agent) => !agent.archivedAt));
  const questions = askingOf(lists.inboxItems).length;
  const needs = questions + agents.failed.length + sessions.needs.length;
  const finished = own(sessions.finished);
  return (
    <Page title={strings.title} actions={create}>
      <Section
        title={strings.needs}
        count={needs}
        actions={questions > questionsShown ? <All to="/inbox">{strings.allQuestions}</All> : null}
      >
        {needs === 0 ? <p className="text-sm text-faint">{strings.noneNeeds}</p> : null}
        {questions === 0 ? null : (
          <Suspense fallback={<Skeleton lines={3} />}>
            <InboxList kinds={askingKinds} most={questionsShown} />
          </Suspense>
        )}
        <AgentList agents={agents.failed} lists={lists} />
        <SessionList sessions={sessions.needs} lists={lists} />
      </Section>
      <Section
        title={strings.agents}
        count={agents.working.length}
        actions={lists.agents.length > 0 ? <All to="/agents">{strings.allAgents}</All> : null}
      >
        {agents.working.length === 0 ? <p className="text-sm text-faint">{strings.noneAgents}</p> : null}
        <AgentList agents={agents.working} lists={lists} />
      </Section>
      {agents.review.length === 0 ? null : (
        <Section title={strings.review} count={agents.review.length}>
          <AgentList agents={agents.review} lists={lists} />
        </Section>
      )}
      <Section title={strings.running} count={own(sessions.running).length}>
        {own(sessions.running).length === 0 ? <p className="text-sm text-faint">{strings.noneRunning}</p> : null}
        <SessionList sessions={own(sessions.running)} lists={lists} />
      </Section>
      <Section
        title={strings.finished}
        count={finished.length}
        actions={finished.length > finishedShown ? <All to="/sessions">{strings.all}</All> : null}
      >
        {finished.length === 0 ? <p className="text-sm text-faint">{strings.noneFinished}</p> : null}
        <SessionList sessions={finished.slice(0, finishedShown)} lists={lists} />
      </Section>
    </Page>
  );
}

function All({ to, children }: { to: "/inbox" | "/agents" | "/sessions"; children: ReactNode }) {
  return (
    <Link to={to} className="text-sm text-accent hover:underline">
      {children}
    </Link>
  );
}

function AgentList({ agents, lists }: { agents: readonly Agent[]; lists: NewsLists }) {
  if (agents.length === 0) return null;
  return (
    <ul className="-mx-2.5 flex flex-col">
      {agents.slice(0, agentsShown).map((agent) => (
        <li key={agent.id}>
          <AgentRow agent={agent} programs={lists.agentPrograms} />
        </li>
      ))}
    </ul>
  );
}

function SessionList({ sessions, lists }: { sessions: readonly Session[]; lists: NewsLists }) {
  if (sessions.length === 0) return null;
  return (
    <ul className="-mx-2.5 flex flex-col">
      {sessions.slice(0, sessionsShown).map((session) => (
        <li key={session.id}>
          <SessionRow
            session={session}
            repository={lists.repositories.find((repository) => repository.id === session.repositoryId)}
            programs={lists.agentPrograms}
          />
        </li>
      ))}
    </ul>
  );
}
