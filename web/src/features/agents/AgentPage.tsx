import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { FileDiff, ListChecks } from "lucide-react";
import { useEffect, useId, useState } from "react";
import { toast } from "sonner";
import { useLists } from "@/app/live";
import type { Agent, AgentProgram, AnswerRequest, Turn, WorkSession } from "@/contracts/http";
import { meQuery, usersQuery } from "@/features/accounts";
import { FilesChanged, TurnTools } from "@/features/reviews";
import { copyText } from "@/lib/copyText";
import { ConfirmDialog } from "@/ui/ConfirmDialog";
import { Empty } from "@/ui/Empty";
import { Notice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { TextDialog } from "@/ui/TextDialog";
import { useShortcuts } from "@/ui/useShortcuts";
import { useStore } from "@/ui/useStore";
import { AddThreadDialog, type ThreadKind } from "./AddThreadDialog";
import { AgentHeader } from "./AgentHeader";
import {
  addThread,
  agentInboxQuery,
  answerRequest,
  cancelTurn,
  endThread,
  logProgramOut,
  moveTurn,
  orSay,
  retryTurn,
  setProgramVariables,
  setThread,
  takeTurnBack,
  takeUpConversation,
  turnImage,
  useAgentChanges,
} from "./agentQueries";
import { agentName, agentPlace, canSteer, isOver as isAgentOver, programName, threadProgram } from "./agentRules";
import { Composer } from "./Composer";
import { ConversationsDialog } from "./ConversationsDialog";
import { ConversationView } from "./ConversationView";
import { DeleteAgentDialog } from "./DeleteAgentDialog";
import { Folded } from "./Folded";
import { LoginUnderWay } from "./LoginQuestion";
import { outbox, outgoing } from "./messages";
import { PlanEntries, planDone } from "./PlanEntries";
import { QueueList } from "./QueueList";
import { askedOf, optionOf } from "./requestRules";
import { agentStrings as strings } from "./strings";
import { isThreadOver, ThreadTabs } from "./ThreadTabs";
import { type AgentThreads, emptyConversation, inFlight, openRequests, queueOf } from "./threadReducer";
import { threadState, whoIn } from "./threadRules";
import { commandsOf, settingChange, settingsOf } from "./threadSettings";
import { Usage } from "./Usage";
import { type FollowedAgent, useAgentThreads } from "./useAgentThreads";

export interface AgentPageProps {
  agentId: string;
  /** Work session of the address; the one that matters most when it has none. */
  threadId: string | undefined;
  /** Number of the event that is to be shown; the newest when it has none. */
  at?: number | undefined;
}

export default function AgentPage({ agentId, threadId, at }: AgentPageProps) {
  const followed = useAgentThreads(agentId);
  const listed = useLists((lists) => lists.agents.find((each) => each.id === agentId));
  const programs = useLists((lists) => lists.agentPrograms) ?? [];
  const { threads, link } = followed;
  // The list knows of changes that are under way; events know of the agent where the list does not.
  const agent = listed ?? threads?.agent ?? null;
  if (link.kind === "closed" && (link.reason === "deleted" || link.reason === "forbidden")) return <Missing />;
  if (agent === null) {
    return (
      <main id="main" tabIndex={-1} className="flex-1 bg-surface outline-none">
        <h1 className="sr-only">{strings.loading}</h1>
        <Skeleton lines={6} />
      </main>
    );
  }
  return (
    <OpenAgent
      key={agentId}
      agent={{ ...agent, role: agent.role ?? threads?.agent?.role ?? null }}
      programs={programs}
      threads={threads}
      followed={followed}
      threadId={threadId}
      at={at}
    />
  );
}

function Missing() {
  return (
    <main id="main" tabIndex={-1} className="flex-1 bg-surface outline-none">
      <h1 className="sr-only">{strings.missingTitle}</h1>
      <Empty
        title={strings.missingTitle}
        action={
          <Link to="/agents" className="font-medium text-accent hover:underline">
            {strings.toAgents}
          </Link>
        }
      >
        {strings.missing}
      </Empty>
    </main>
  );
}

interface OpenAgentProps {
  agent: Agent;
  programs: readonly AgentProgram[];
  threads: AgentThreads | null;
  followed: FollowedAgent;
  threadId: string | undefined;
  at: number | undefined;
}

type Asked = "rename" | "complete" | "cancel" | "delete" | "add-thread" | "take-up";

function OpenAgent({ agent, programs, threads, followed, threadId, at }: OpenAgentProps) {
  const navigate = useNavigate();
  const changes = useAgentChanges();
  const panelId = useId();
  const [asked, setAsked] = useState<Asked | null>(null);
  const who = programName(agent, programs);
  const maySteer = canSteer(agent);
  const current = threads === null ? undefined : currentThread(threads, threadId);
  const archive = async () => {
    const isArchived = Boolean(agent.archivedAt);
    if (!(await changes.archive(agent, !isArchived)) || isArchived) return;
    toast(strings.archivedToast(agentName(agent)), {
      action: { label: strings.undo, onClick: () => void changes.archive(agent, false) },
    });
  };
  const open = (id: string) =>
    void navigate({
      to: "/agents/$agentId",
      params: { agentId: agent.id },
      search: { thread: id },
      replace: true,
    });
  const add = async (name: string, kind: ThreadKind) => {
    await orSay(
      strings.addThreadRefused,
      addThread(agent.id, name, kind).then((workSession) => open(workSession.id)),
    );
  };
  const isLive = followed.link.kind === "live";
  useEffect(() => {
    if (isLive) void outbox.run();
  }, [isLive]);
  useShortcuts(
    maySteer
      ? [
          {
            id: "agent.rename",
            keys: "r",
            name: strings.rename.title,
            group: strings.agents,
            run: () => setAsked("rename"),
          },
          { id: "agent.archive", keys: "e", name: strings.archive, group: strings.agents, run: () => void archive() },
        ]
      : [],
  );
  return (
    <main id="main" tabIndex={-1} className="flex min-h-0 min-w-0 flex-1 flex-col bg-surface outline-none">
      <AgentHeader
        agent={agent}
        who={who}
        link={followed.link}
        onRetry={followed.retryNow}
        onRename={() => setAsked("rename")}
        onComplete={() => setAsked("complete")}
        onCancel={() => setAsked("cancel")}
        onArchive={() => void archive()}
        onDelete={() => setAsked("delete")}
        onOpenSession={(sessionId) => void navigate({ to: "/sessions/$sessionId", params: { sessionId } })}
        onTakeUp={threads?.instance?.listsConversations ? () => setAsked("take-up") : undefined}
        onLogOut={
          threads?.instance?.logsOut
            ? () => void orSay(strings.login.logOutRefused, logProgramOut(agent.id))
            : undefined
        }
        onCopyLink={() => void copyText(location.href)}
        onCopyId={() => void copyText(agent.id)}
      />
      {agent.status === "failed" && agent.problem ? (
        <div className="mx-auto w-full max-w-220 px-2 pt-3 md:px-5">
          <Notice tone="failure" title={agent.problem} />
        </div>
      ) : null}
      {threads === null || current === undefined ? (
        <div className="mx-auto w-full max-w-220">
          <Skeleton lines={6} />
        </div>
      ) : (
        <>
          <div className="flex shrink-0">
            <div className="min-w-0 flex-1">
              <ThreadTabs
                threads={threads.workSessions.map((workSession) => ({
                  workSession,
                  state: threadState(threads, workSession),
                }))}
                current={current.id}
                panelId={panelId}
                canSteer={maySteer && !isAgentOver(agent)}
                onOpen={open}
                onAdd={() => setAsked("add-thread")}
                onEnd={(workSession, how) =>
                  void orSay(strings.endThreadRefused, endThread(agent.id, workSession.id, how))
                }
              />
            </div>
            {agent.sessionId ? (
              <Link
                to="/agents/$agentId/review"
                params={{ agentId: agent.id }}
                className="flex h-9 shrink-0 items-center gap-1.5 border-b border-line bg-canvas px-3 text-sm text-soft hover:text-text max-md:h-11"
              >
                <FileDiff size={14} aria-hidden />
                {strings.review}
                {agent.baseConflicts ? (
                  <span className="text-needs">{strings.reviewConflicts(agent.baseConflicts)}</span>
                ) : null}
              </Link>
            ) : null}
            <Usage usage={threads.conversations.get(current.id)?.usage ?? null} />
          </div>
          <div className="flex min-h-0 flex-1">
            <div
              role="tabpanel"
              id={panelId}
              aria-label={current.name}
              className="flex min-h-0 min-w-0 flex-1 flex-col"
            >
              <Thread
                key={current.id}
                agent={agent}
                who={whoIn(current, who)}
                threads={threads}
                workSession={current}
                at={at}
                onLoadOlder={followed.loadOlder}
              />
            </div>
            {agent.sessionId ? <FilesChanged agentId={agent.id} reviewSeq={threads.reviewSeq} /> : null}
          </div>
        </>
      )}
      {asked === "rename" ? (
        <TextDialog
          title={strings.rename.title}
          label={strings.rename.label}
          initial={agentName(agent)}
          submit={strings.rename.submit}
          onSubmit={(title) => void changes.rename(agent, title)}
          onClose={() => setAsked(null)}
        />
      ) : null}
      {asked === "add-thread" ? (
        <AddThreadDialog
          initial={strings.threadName((threads?.workSessions.length ?? 0) + 1)}
          program={threadProgram(agent, programs)}
          onAdd={(name, kind) => void add(name, kind)}
          onClose={() => setAsked(null)}
        />
      ) : null}
      {asked === "take-up" ? (
        <ConversationsDialog
          agentId={agent.id}
          onTakeUp={(conversation) =>
            orSay(
              strings.conversations.refused,
              takeUpConversation(
                agent.id,
                (conversation.title || strings.threadName((threads?.workSessions.length ?? 0) + 1)).slice(0, 80),
                conversation.id,
              ).then((workSession) => open(workSession.id)),
            )
          }
          onClose={() => setAsked(null)}
        />
      ) : null}
      {asked === "complete" ? (
        <ConfirmDialog
          title={strings.completeTitle(agentName(agent))}
          about={strings.completeAbout}
          submit={strings.completeSubmit}
          onConfirm={() => void changes.end(agent, "completed")}
          onClose={() => setAsked(null)}
        />
      ) : null}
      {asked === "cancel" ? (
        <ConfirmDialog
          title={strings.cancelTitle(agentName(agent))}
          about={strings.cancelAbout}
          submit={strings.cancelSubmit}
          onConfirm={() => void changes.end(agent, "cancelled")}
          onClose={() => setAsked(null)}
        />
      ) : null}
      {asked === "delete" ? (
        <DeleteAgentDialog
          agent={agent}
          onClose={() => setAsked(null)}
          onDeleted={() => void navigate({ to: "/agents" })}
        />
      ) : null}
    </main>
  );
}

function currentThread(threads: AgentThreads, wanted: string | undefined): WorkSession | undefined {
  const { workSessions } = threads;
  return (
    workSessions.find((each) => each.id === wanted) ??
    workSessions.find((each) => openRequests(threads, each.id).length > 0) ??
    workSessions.find((each) => !isThreadOver(each)) ??
    workSessions[0]
  );
}

interface ThreadProps {
  agent: Agent;
  who: string;
  threads: AgentThreads;
  workSession: WorkSession;
  at: number | undefined;
  onLoadOlder: () => Promise<unknown>;
}

function Thread({ agent, who, threads, workSession, at, onLoadOlder }: ThreadProps) {
  const me = useQuery(meQuery).data;
  const users = useQuery({ ...usersQuery, staleTime: 60_000 }).data;
  const sending = useStore(outgoing).filter((each) => each.workSessionId === workSession.id);
  const [isStopping, setStopping] = useState<string | null>(null);
  const [hidden, setHidden] = useState<readonly string[]>([]);
  const [answered, setAnswered] = useState<readonly string[]>([]);
  const maySteer = canSteer(agent);
  const conversation = threads.conversations.get(workSession.id) ?? emptyConversation;
  const turn = inFlight(threads, workSession.id);
  const queue = queueOf(threads, workSession.id).filter((each) => !hidden.includes(each.id));
  const isHeld = workSession.isHeld ?? false;
  const isOver = isAgentOver(agent) || isThreadOver(workSession);
  const starting = turn === undefined && !isHeld ? (queue[0] ?? null) : null;
  const waiting = starting === null ? queue : queue.slice(1);
  const open = openRequests(threads, workSession.id);
  const hot = open.find((request) => request.what === "permission" && !answered.includes(request.id));
  const asked = useQuery({
    ...agentInboxQuery(
      agent.id,
      open.map((request) => request.id),
    ),
    enabled: open.length > 0 && maySteer,
  });
  const plan = turn === undefined ? undefined : conversation.items.findLast((item) => item.kind === "plan");
  const { instance } = threads;
  // A thread without a program has no instance; it works where the agent's session is.
  const sessionPath = useLists((lists) => lists.sessions.find((each) => each.id === agent.sessionId)?.locationPath);

  const nameOf = (id: string | null | undefined) =>
    id === me?.id && id !== undefined ? strings.you : users?.find((user) => user.id === id)?.displayName;

  const answer = async (requestId: string, given: AnswerRequest) => {
    setAnswered((before) => [...before, requestId]);
    const isTaken = await orSay(strings.asks.refused, answerRequest(requestId, given));
    if (!isTaken) setAnswered((before) => before.filter((id) => id !== requestId));
    return isTaken;
  };
  const answerByKey = (key: "y" | "n" | "a") => {
    if (hot === undefined) return;
    const asked = askedOf(hot);
    const option = asked.kind === "permission" ? optionOf(asked.options, key) : undefined;
    if (option !== undefined) void answer(hot.id, { optionId: option.optionId });
  };
  const takeBack = async (queued: Turn) => {
    setHidden((before) => [...before, queued.id]);
    const isDone = await orSay(strings.queue.takeBackRefused, takeTurnBack(agent.id, queued.id));
    if (!isDone) setHidden((before) => before.filter((id) => id !== queued.id));
  };
  const stop = async () => {
    if (turn === undefined) return;
    setStopping(turn.id);
    if (!(await orSay(strings.composer.stopRefused, cancelTurn(agent.id, turn.id)))) setStopping(null);
  };

  useShortcuts(
    maySteer && hot !== undefined
      ? [
          {
            id: "answer.yes",
            keys: "y",
            name: strings.asks.allow,
            group: strings.inbox.title,
            run: () => answerByKey("y"),
          },
          {
            id: "answer.no",
            keys: "n",
            name: strings.asks.reject,
            group: strings.inbox.title,
            run: () => answerByKey("n"),
          },
          {
            id: "answer.always",
            keys: "a",
            name: strings.asks.alwaysAllow,
            group: strings.inbox.title,
            run: () => answerByKey("a"),
          },
        ]
      : [],
  );

  return (
    <>
      <ConversationView
        items={conversation.items}
        turns={threads.turns}
        requests={threads.requests}
        who={who}
        folder={instance?.projectPath ?? sessionPath ?? null}
        place={agentPlace(agent)}
        nameOf={nameOf}
        canSteer={maySteer}
        starting={starting}
        outgoing={sending}
        hasOlder={threads.firstSeq > 1}
        firstSeq={threads.firstSeq}
        goTo={at}
        hotRequestId={maySteer ? (hot?.id ?? null) : null}
        imageOf={(turnId, index) => turnImage(agent.id, turnId, index)}
        onSetVariables={
          me?.isAdministrator === true
            ? (variables) => orSay(strings.login.variablesRefused, setProgramVariables(agent.agentProgramId, variables))
            : undefined
        }
        onLoadOlder={onLoadOlder}
        turnTools={(turnId) => <TurnTools agentId={agent.id} turnId={turnId} canSteer={maySteer} />}
        remembersOf={(requestId) => asked.data?.find((item) => item.request?.id === requestId)?.remembers}
        onAnswer={answer}
        onRetry={(failed) => void orSay(strings.retryRefused, retryTurn(agent.id, failed.id))}
        onSendAgain={(key) => outbox.again(key)}
        onDrop={(key) => outbox.drop(key)}
      />
      {plan?.kind === "plan" ? (
        <div className="mx-auto w-full max-w-220 px-4 md:px-7">
          <Folded
            icon={<ListChecks size={14} aria-hidden className="shrink-0 text-faint" />}
            title={strings.plan(planDone(plan.entries), plan.entries.length)}
            about={plan.entries.find((entry) => entry.status === "in_progress")?.content ?? ""}
          >
            <PlanEntries entries={plan.entries} />
          </Folded>
        </div>
      ) : null}
      {instance?.problem && (instance.status === "failed" || instance.status === "disconnected") && !isOver ? (
        <div className="mx-auto w-full max-w-220 px-2 pb-2 md:px-5">
          <Notice tone="warning" title={strings.instanceTrouble[instance.status]}>
            {instance.problem}
          </Notice>
        </div>
      ) : null}
      {instance === null ? null : <LoginUnderWay instance={instance} sessionId={agent.sessionId ?? null} />}
      <QueueList
        turns={waiting}
        isHeld={isHeld && !instance?.login}
        canSteer={maySteer}
        onMove={(queued, place) =>
          void orSay(strings.queue.moveRefused, moveTurn(agent.id, queued.id, starting === null ? place : place + 1))
        }
        onTakeBack={(queued) => void takeBack(queued)}
      />
      {isOver ? (
        <p className="mx-auto w-full max-w-220 px-4 pb-3 text-sm text-soft md:px-7">
          {isAgentOver(agent) ? strings.composer.over : overWords(workSession)}
        </p>
      ) : maySteer ? (
        <Composer
          threadId={workSession.id}
          who={who}
          isBusy={turn !== undefined}
          isStopping={turn !== undefined && (isStopping === turn.id || Boolean(turn.cancelRequestedAt))}
          takesImages={instance?.status !== "active" || instance.takesImages}
          settings={settingsOf(workSession)}
          commands={commandsOf(workSession)}
          onChoose={(setting, value) =>
            void orSay(strings.settings.refused, setThread(agent.id, workSession.id, settingChange(setting, value)))
          }
          onSend={(text, images, interrupt) =>
            outbox.add({
              key: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`,
              agentId: agent.id,
              workSessionId: workSession.id,
              text,
              images,
              interrupt,
            })
          }
          onStop={() => void stop()}
        />
      ) : null}
    </>
  );
}

function overWords({ status }: WorkSession): string {
  return status === "cancelled" || status === "failed" ? strings.threadOver[status] : strings.threadOver.completed;
}
