import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { toast } from "sonner";
import { useLists } from "@/app/live";
import type { Agent, DiffFile, LandWork, ReviewComment } from "@/contracts/http";
import { meQuery, usersQuery } from "@/features/accounts";
import { agentName, agentState, agentStateWord, canSteer, useAgentThreads } from "@/features/agents";
import { ProblemError, troubleOf } from "@/lib/api";
import { Button } from "@/ui/Button";
import { Empty } from "@/ui/Empty";
import { Select } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { StateMark } from "@/ui/StateMark";
import { FileNumbers } from "./FileNumbers";
import { ForecastLine } from "./ForecastLine";
import { LandDialog } from "./LandDialog";
import { RestoreButton } from "./RestoreButton";
import { ReviewView } from "./ReviewView";
import {
  addComment,
  commentsQuery,
  diffQuery,
  forecastQuery,
  landWork,
  markViewed,
  newKey,
  removeComment,
  resolveComment,
  resolveConflicts,
  reviewKey,
  sendComments,
  wholeFile,
} from "./reviewQueries";
import { drafts, reviewableTurns } from "./reviewRules";
import { reviewStrings as strings } from "./reviewStrings";

export interface ReviewPageProps {
  agentId: string;
  turnId: string | undefined;
  file: string | undefined;
}

export default function ReviewPage({ agentId, turnId, file }: ReviewPageProps) {
  const followed = useAgentThreads(agentId);
  const listed = useLists((lists) => lists.agents.find((each) => each.id === agentId));
  const agent = listed ?? followed.threads?.agent;
  if (agent === null || agent === undefined) {
    return (
      <main id="main" tabIndex={-1} className="flex-1 bg-surface outline-none">
        <h1 className="sr-only">{strings.loading}</h1>
        <Skeleton lines={6} />
      </main>
    );
  }
  const turns = reviewableTurns(followed.threads?.turns.values() ?? []);
  return (
    <Review
      agent={{ ...agent, role: agent.role ?? followed.threads?.agent?.role ?? null }}
      turns={turns.map((turn, index) => ({ value: turn.id, name: strings.turn(index + 1, turn.text.slice(0, 60)) }))}
      reviewSeq={followed.threads?.reviewSeq ?? 0}
      turnId={turnId}
      file={file}
    />
  );
}

interface ReviewProps {
  agent: Agent;
  turns: readonly { value: string; name: string }[];
  reviewSeq: number;
  turnId: string | undefined;
  file: string | undefined;
}

function Review({ agent, turns, reviewSeq, turnId, file }: ReviewProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const me = useQuery(meQuery).data;
  const users = useQuery({ ...usersQuery, staleTime: 60_000 }).data;
  const diff = useQuery(diffQuery(agent.id, turnId));
  const comments = useQuery(commentsQuery(agent.id)).data ?? [];
  const forecast = useQuery(forecastQuery(agent.id)).data;
  const [isLanding, setLanding] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const [isSending, setSending] = useState(false);
  const [sendKey, setSendKey] = useState(newKey);
  const maySteer = canSteer(agent);
  const unsent = drafts(comments);
  const renew = () => client.invalidateQueries({ queryKey: reviewKey(agent.id) });
  useEffect(() => {
    if (reviewSeq > 0) void client.invalidateQueries({ queryKey: reviewKey(agent.id) });
  }, [client, agent.id, reviewSeq]);

  const go = (search: { turn?: string; file?: string }) =>
    void navigate({ to: "/agents/$agentId/review", params: { agentId: agent.id }, search, replace: true });
  const orSay = async (whenRefused: string, done: Promise<unknown>) => {
    try {
      await done;
      return true;
    } catch (error) {
      const { title, detail } = troubleOf(error);
      toast.error(whenRefused, { description: detail === undefined ? title : `${title} ${detail}` });
      return false;
    } finally {
      await renew();
    }
  };
  const shown = (changed: DiffFile) =>
    client.setQueryData(diffQuery(agent.id, turnId).queryKey, (before) =>
      before === undefined
        ? before
        : { ...before, files: before.files.map((each) => (each.path === changed.path ? changed : each)) },
    );
  const view = async (viewed: DiffFile, isViewed: boolean) => {
    shown({ ...viewed, viewed: isViewed });
    await orSay(strings.viewed, markViewed(agent.id, viewed.path, viewed.hash, isViewed));
  };
  const showAll = async (long: DiffFile) => {
    const whole = await wholeFile(agent.id, turnId, long.path);
    if (whole !== undefined) shown(whole);
  };
  const send = async () => {
    setSending(true);
    if (await orSay(strings.comment.sendRefused, sendComments(agent.id, sendKey))) {
      setSendKey(newKey());
      toast(strings.comment.sentToast);
    }
    setSending(false);
  };
  const resolve = async () => {
    setAsking(true);
    if (await orSay(strings.forecast.resolveRefused, resolveConflicts(agent.id))) {
      setLanding(false);
      toast(strings.forecast.resolveToast);
    }
    setAsking(false);
  };
  const nameOf = (id: string) =>
    id === me?.id ? me.displayName : (users?.find((user) => user.id === id)?.displayName ?? id);

  const word = agentStateWord(agent);
  return (
    <main id="main" tabIndex={-1} className="flex min-h-0 min-w-0 flex-1 flex-col bg-surface outline-none">
      <header className="flex min-h-11 shrink-0 items-center gap-2.5 border-b border-line px-3">
        <StateMark
          state={agentState(agent)}
          isNamed
          {...(word === undefined ? {} : { word })}
          className="max-sm:[&>span:last-child]:sr-only"
        />
        <h1 className="min-w-0 truncate font-semibold">
          <span className="sr-only">{strings.review}: </span>
          {agentName(agent)}
        </h1>
        <span className="flex-1" />
        <nav aria-label={agentName(agent)} className="flex shrink-0 gap-1">
          <Link
            to="/agents/$agentId"
            params={{ agentId: agent.id }}
            className="inline-flex h-7 items-center rounded-md px-2.5 text-sm text-soft hover:bg-hover hover:text-text max-md:h-9"
          >
            {strings.conversation}
          </Link>
          <span
            aria-current="page"
            className="inline-flex h-7 items-center rounded-md bg-selected px-2.5 text-sm font-medium max-md:h-9"
          >
            {strings.review}
          </span>
        </nav>
      </header>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line bg-canvas px-3 py-2">
        <Select
          aria-label={strings.scope}
          className="max-w-72"
          value={turnId ?? ""}
          choices={[{ value: "", name: strings.allWork }, ...turns]}
          onChange={(event) => go(event.target.value === "" ? {} : { turn: event.target.value })}
        />
        {diff.data === undefined ? null : (
          <span className="flex items-center gap-2 text-sm text-soft">
            {strings.files(diff.data.fileCount)}
            <FileNumbers additions={diff.data.additions} deletions={diff.data.deletions} />
          </span>
        )}
        {turnId === undefined || !maySteer ? null : <RestoreButton agentId={agent.id} turnId={turnId} />}
        <span className="flex-1" />
        {maySteer && unsent.length > 0 ? (
          <Button isBusy={isSending} title={strings.comment.sendAbout} onClick={() => void send()}>
            {strings.comment.send(unsent.length)}
          </Button>
        ) : null}
        {maySteer ? (
          <Button
            look="primary"
            disabled={diff.data === undefined || diff.data.fileCount === 0}
            onClick={() => setLanding(true)}
          >
            {strings.land.action}
          </Button>
        ) : null}
        <ForecastLine forecast={forecast} canSteer={maySteer} isAsking={isAsking} onResolve={() => void resolve()} />
      </div>
      {diff.data === undefined ? (
        <Waiting error={diff.error} onAll={() => go({})} onAgain={() => void diff.refetch()} />
      ) : diff.data.fileCount === 0 ? (
        <Empty title={strings.nothingTitle}>{turnId === undefined ? strings.nothing : strings.nothingInTurn}</Empty>
      ) : (
        <ReviewView
          diff={diff.data}
          comments={comments}
          canSteer={maySteer}
          file={file}
          nameOf={nameOf}
          onOpen={(opened) => go({ ...(turnId === undefined ? {} : { turn: turnId }), file: opened })}
          onComment={(place, text) =>
            orSay(
              strings.comment.refused,
              addComment(agent.id, { ...place, text, ...(turnId === undefined ? {} : { turnId }) }),
            )
          }
          onResolve={(comment: ReviewComment, isResolved) =>
            void orSay(strings.comment.refused, resolveComment(agent.id, comment.id, isResolved))
          }
          onRemove={(comment: ReviewComment) =>
            void orSay(strings.comment.refused, removeComment(agent.id, comment.id))
          }
          onViewed={(viewed, isViewed) => void view(viewed, isViewed)}
          onShowAll={showAll}
        />
      )}
      {isLanding ? (
        <LandDialog
          agent={agent}
          forecast={forecast}
          onLand={(land: LandWork, key) => landWork(agent.id, land, key).finally(() => void renew())}
          onResolve={() => void resolve()}
          onClose={() => setLanding(false)}
        />
      ) : null}
    </main>
  );
}

function Waiting({ error, onAll, onAgain }: { error: unknown; onAll: () => void; onAgain: () => void }) {
  if (error === null) return <Skeleton lines={8} />;
  if (error instanceof ProblemError && error.code === "checkpoint-not-found") {
    return (
      <Empty title={strings.noTurnTitle} action={<Button onClick={onAll}>{strings.toAll}</Button>}>
        {strings.noTurn}
      </Empty>
    );
  }
  const { title, detail, reference } = troubleOf(error);
  return (
    <div className="p-3">
      <Notice
        tone="failure"
        title={title}
        reference={reference}
        actions={<Button onClick={onAgain}>{strings.again}</Button>}
      >
        {detail}
      </Notice>
    </div>
  );
}
