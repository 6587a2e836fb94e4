import { Link, Navigate, useNavigate } from "@tanstack/react-router";
import { Bot, Ellipsis, Eye, Folder, GitBranch, SquareTerminal } from "lucide-react";
import { lazy, Suspense, useEffect, useId, useState } from "react";
import { toast } from "sonner";
import { useLists } from "@/app/live";
import type { AgentProgram, Repository, Session, Worker } from "@/contracts/http";
import { installedFirst } from "@/features/programs";
import { TerminalPane, terminalStrings, workerLinks } from "@/features/terminals";
import { troubleOf } from "@/lib/api";
import { copyText } from "@/lib/copyText";
import { Button } from "@/ui/Button";
import { Empty } from "@/ui/Empty";
import { Face } from "@/ui/Face";
import { Hint } from "@/ui/Hint";
import { IconButton } from "@/ui/IconButton";
import { Menu } from "@/ui/Menu";
import { Skeleton } from "@/ui/Skeleton";
import { StateMark } from "@/ui/StateMark";
import { TextDialog } from "@/ui/TextDialog";
import { useShortcuts } from "@/ui/useShortcuts";
import { useStore } from "@/ui/useStore";
import { placeOf } from "./SessionRow";
import { ShareDialog } from "./ShareDialog";
import { useSessionChanges } from "./sessionQueries";
import { firstWorker, freeName, isEnded, mayDelete, sessionName, sessionState } from "./sessionRules";
import { sessionStrings as strings } from "./strings";
import { WorkerTabs } from "./WorkerTabs";

const DeleteSessionDialog = lazy(() => import("./DeleteSessionDialog"));

export interface SessionPageProps {
  sessionId: string;
  /** Worker of the address; the one that matters most when it has none. */
  workerId: string | undefined;
}

export default function SessionPage({ sessionId, workerId }: SessionPageProps) {
  const lists = useLists((all) => all);
  const session = lists?.sessions.find((each) => each.id === sessionId);
  if (lists === undefined) return <Skeleton lines={4} />;
  // An address from when agents were called sessions.
  if (session === undefined && lists.agents.some((agent) => agent.id === sessionId)) {
    return <Navigate to="/agents/$agentId" params={{ agentId: sessionId }} replace />;
  }
  if (session === undefined) {
    return (
      <main id="main" tabIndex={-1} className="flex-1 bg-surface outline-none">
        <h1 className="sr-only">{strings.missingTitle}</h1>
        <Empty
          title={strings.missingTitle}
          action={
            <Link to="/sessions" className="font-medium text-accent hover:underline">
              {strings.toSessions}
            </Link>
          }
        >
          {strings.missing}
        </Empty>
      </main>
    );
  }
  return (
    <OpenSession
      key={session.id}
      session={session}
      workerId={workerId}
      repository={lists.repositories.find((repository) => repository.id === session.repositoryId)}
      programs={installedFirst(lists.agentPrograms.filter((program) => program.isForTerminals))}
    />
  );
}

interface OpenSessionProps {
  session: Session;
  workerId: string | undefined;
  repository: Repository | undefined;
  programs: AgentProgram[];
}

function OpenSession({ session, workerId, repository, programs }: OpenSessionProps) {
  const changes = useSessionChanges();
  const navigate = useNavigate();
  const panelId = useId();
  const [tools, setTools] = useState<HTMLElement | null>(null);
  const [asked, setAsked] = useState<"rename" | "share" | "delete" | null>(null);
  const canEdit = session.role === "editor" || session.role === "owner";
  const current = session.workers.find((worker) => worker.id === workerId) ?? firstWorker(session);
  const visited = useVisited(session.workers, current?.id);
  const open = (id: string) =>
    void navigate({
      to: "/sessions/$sessionId",
      params: { sessionId: session.id },
      search: { worker: id },
      replace: true,
    });
  const add = async (program: AgentProgram | null) => {
    const name = freeName(session.workers, program?.name ?? strings.workers.terminalName);
    try {
      const worker = await changes.addWorker(
        session,
        program === null ? { type: "terminal", name } : { type: "agent", agentProgramId: program.id, name },
      );
      open(worker.id);
    } catch (error) {
      const { title, detail } = troubleOf(error);
      toast.error(strings.workers.addRefused, { description: detail === undefined ? title : `${title}. ${detail}` });
    }
  };
  const focusTabs = () => document.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]')?.focus();

  useShortcuts([
    ...session.workers.slice(0, 9).map((worker, index) => ({
      id: `session.worker.${index + 1}`,
      keys: `alt+${index + 1}`,
      name: `${strings.open(worker.name)}`,
      group: strings.sessions,
      isGlobal: true,
      run: () => open(worker.id),
    })),
    ...(canEdit
      ? [
          {
            id: "session.terminal",
            keys: "t",
            name: strings.workers.add,
            group: strings.sessions,
            run: () => void add(null),
          },
          {
            id: "session.rename",
            keys: "r",
            name: strings.rename.title,
            group: strings.sessions,
            run: () => setAsked("rename"),
          },
        ]
      : []),
  ]);

  return (
    <main id="main" tabIndex={-1} className="flex min-h-0 min-w-0 flex-1 flex-col bg-surface outline-none">
      <header className="flex min-h-11 shrink-0 items-center gap-2.5 border-b border-line px-3">
        <StateMark state={sessionState(session)} isNamed className="max-sm:[&>span:last-child]:sr-only" />
        <h1 className="min-w-0 truncate font-semibold">{sessionName(session)}</h1>
        <span className="flex min-w-0 items-center gap-1 text-xs text-faint max-md:hidden">
          {session.type === "worktree" ? (
            <GitBranch size={12} aria-hidden className="shrink-0" />
          ) : (
            <Folder size={12} aria-hidden className="shrink-0" />
          )}
          <span className="truncate font-mono">{placeOf(session, repository)}</span>
        </span>
        <span className="flex-1" />
        {canEdit ? null : (
          <Hint text={strings.watchOnlyAbout}>
            <span className="flex h-6 shrink-0 items-center gap-1.5 rounded-md bg-selected px-2 text-xs text-soft">
              <Eye size={13} aria-hidden />
              {strings.watchOnly}
            </span>
          </Hint>
        )}
        <Viewers workerId={current?.id} />
        <Menu
          trigger={
            <IconButton name={strings.more(sessionName(session))}>
              <Ellipsis size={16} aria-hidden />
            </IconButton>
          }
          entries={[
            ...(canEdit ? [{ name: strings.rename.action, keys: "r", onSelect: () => setAsked("rename") }] : []),
            ...(session.role === "owner" && session.type === "quick"
              ? [{ name: strings.share.action, onSelect: () => setAsked("share") }]
              : []),
            { name: strings.copyLink, onSelect: () => void copyText(location.href) },
            { name: strings.copyPath, onSelect: () => void copyText(session.locationPath) },
            { name: strings.copyId, onSelect: () => void copyText(session.id) },
            ...(canEdit && session.workers.some((worker) => worker.type === "agent" && isEnded(worker))
              ? [{ name: strings.restart.action, onSelect: () => void changes.restart(session) }]
              : []),
            ...(mayDelete(session)
              ? ([
                  { kind: "line" },
                  { name: strings.remove.action, isDangerous: true, onSelect: () => setAsked("delete") },
                ] as const)
              : []),
          ]}
        />
      </header>
      <WorkerTabs
        workers={session.workers}
        programs={programs}
        current={current?.id ?? null}
        canEdit={canEdit}
        panelId={panelId}
        onOpen={open}
        onAdd={(program) => void add(program)}
        onRename={(worker, name) => void changes.renameWorker(session, worker, name)}
        onClose={(worker) => void changes.removeWorker(session, worker)}
        onRestart={(worker) => void changes.restartWorker(session, worker)}
        onMove={(id, workers) => void changes.moveWorker(session, id, workers)}
        trailing={<span ref={setTools} className="flex" />}
      />
      <div
        role="tabpanel"
        id={panelId}
        aria-label={current?.name ?? strings.workers.none}
        className="flex min-h-0 flex-1 flex-col"
      >
        {current === undefined ? (
          <NoWorkers
            isStarting={sessionState(session) === "starting"}
            canEdit={canEdit}
            programs={programs}
            onAdd={add}
          />
        ) : null}
        <Suspense fallback={<div role="status" aria-label={terminalStrings.loading} className="flex-1 bg-terminal" />}>
          {visited.map((worker) => (
            <TerminalPane
              key={worker.id}
              sessionId={session.id}
              worker={worker}
              isVisible={worker.id === current?.id}
              canType={canEdit}
              tools={tools}
              onRestart={() => void changes.restartWorker(session, worker)}
              onLeave={focusTabs}
            />
          ))}
        </Suspense>
      </div>
      {asked === "rename" ? (
        <TextDialog
          title={strings.rename.title}
          label={strings.rename.label}
          initial={sessionName(session)}
          submit={strings.rename.submit}
          onSubmit={(title) => void changes.rename(session, title)}
          onClose={() => setAsked(null)}
        />
      ) : null}
      {asked === "share" ? (
        <ShareDialog
          session={session}
          onShare={(shared) => void changes.share(session, shared)}
          onClose={() => setAsked(null)}
        />
      ) : null}
      {asked === "delete" ? (
        <Suspense>
          <DeleteSessionDialog
            session={session}
            onClose={() => setAsked(null)}
            onDeleted={() => void navigate({ to: "/sessions" })}
          />
        </Suspense>
      ) : null}
    </main>
  );
}

function NoWorkers({
  isStarting,
  canEdit,
  programs,
  onAdd,
}: {
  isStarting: boolean;
  canEdit: boolean;
  programs: readonly AgentProgram[];
  onAdd: (program: AgentProgram | null) => void;
}) {
  if (isStarting) {
    return (
      <p role="status" className="m-auto flex items-center gap-2 text-soft">
        <StateMark state="starting" />
        {strings.preparing}
      </p>
    );
  }
  const program = programs.find((each) => each.isInstalled !== false);
  return (
    <Empty
      title={strings.workers.none}
      action={
        canEdit ? (
          <>
            <Button look="primary" icon={<SquareTerminal size={15} aria-hidden />} onClick={() => onAdd(null)}>
              {strings.workers.addTerminal}
            </Button>
            {program === undefined ? null : (
              <Button icon={<Bot size={15} aria-hidden />} onClick={() => onAdd(program)}>
                {program.name}
              </Button>
            )}
          </>
        ) : null
      }
    >
      {strings.workers.noneAbout}
    </Empty>
  );
}

/** Who else looks at this worker. */
function Viewers({ workerId }: { workerId: string | undefined }) {
  const views = useStore(workerLinks.views);
  const viewers = workerId === undefined ? [] : (views[workerId]?.viewers ?? []);
  if (viewers.length < 2) return null;
  return (
    <ul aria-label={terminalStrings.viewers} className="flex gap-1">
      {viewers.slice(0, 6).map((viewer) => (
        <li key={viewer.client}>
          <Face id={viewer.userId} name={viewer.name} note={`${viewer.cols} × ${viewer.rows}`} />
        </li>
      ))}
    </ul>
  );
}

/** Terminals that were looked at stay as they are behind the current one, up to a bound. */
const keptTerminals = 6;

function useVisited(workers: readonly Worker[], current: string | undefined): Worker[] {
  const [visited, setVisited] = useState<readonly string[]>(current === undefined ? [] : [current]);
  useEffect(() => {
    if (current === undefined) return;
    setVisited((before) =>
      before[0] === current ? before : [current, ...before.filter((id) => id !== current)].slice(0, keptTerminals),
    );
  }, [current]);
  const shown = new Set(current === undefined ? visited : [current, ...visited]);
  return workers.filter((worker) => shown.has(worker.id));
}
