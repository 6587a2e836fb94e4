import clsx from "clsx";
import { ArrowDown, CircleUser, ListChecks, MessageSquareDashed, RotateCcw } from "lucide-react";
import { memo, type ReactNode, useEffect, useRef, useState } from "react";
import type { PlanEntry } from "@/contracts/agentEvents";
import type { AgentRequest, AnswerRequest, Remembered, Turn } from "@/contracts/http";
import { duration, exactTime } from "@/lib/time";
import { unreachable } from "@/lib/unreachable";
import { Button } from "@/ui/Button";
import { Empty } from "@/ui/Empty";
import { Notice } from "@/ui/Notice";
import { RelativeTime } from "@/ui/RelativeTime";
import { StateMark } from "@/ui/StateMark";
import { Folded } from "./Folded";
import { MessageText } from "./MessageText";
import type { OutgoingMessage } from "./outbox";
import { PlanEntries, planDone } from "./PlanEntries";
import { RequestCard } from "./RequestCard";
import { agentStrings as strings } from "./strings";
import { ToolCallLine } from "./ToolCallLine";
import { type Item, isInFlight, isOver } from "./threadReducer";
import { useFollowing } from "./useFollowing";
import { useGoTo } from "./useGoTo";

export interface ConversationViewProps {
  items: readonly Item[];
  turns: ReadonlyMap<string, Turn>;
  requests: ReadonlyMap<string, AgentRequest>;
  /** The program's name. */
  who: string;
  folder: string | null;
  place: string | null;
  /** The name of a person; undefined while it is not known. */
  nameOf: (userId: string | null | undefined) => string | undefined;
  canSteer: boolean;
  /** The message that is about to be given to the program, and nothing else is: it is being started for it. */
  starting: Turn | null;
  outgoing: readonly OutgoingMessage[];
  hasOlder: boolean;
  /** Number of the first event that is known. */
  firstSeq?: number;
  /** Number of the event that the address names. */
  goTo?: number | undefined;
  /** The question that keys answer now. */
  hotRequestId: string | null;
  /** What a rule would go by that remembers the answer to a question. */
  remembersOf?: (requestId: string) => Remembered | null | undefined;
  /** Address of an image that was sent with a turn. */
  imageOf: (turnId: string, index: number) => string;
  /** Keeps variables for the program; undefined for who may not. */
  onSetVariables?: ((variables: Readonly<Record<string, string>>) => Promise<boolean>) | undefined;
  onLoadOlder: () => Promise<unknown>;
  onAnswer: (requestId: string, answer: AnswerRequest) => Promise<boolean>;
  onRetry: (turn: Turn) => void;
  onSendAgain: (key: string) => void;
  onDrop: (key: string) => void;
  /** What can be done about the files of a turn that is over. */
  turnTools?: (turnId: string) => ReactNode;
}

/** Everything that was said and done in one thread, the newest at the end. */
export function ConversationView(props: ConversationViewProps) {
  const { items, starting, outgoing, hasOlder, onLoadOlder } = props;
  const following = useFollowing(items[0]?.seq);
  const [isLoading, setLoading] = useState(false);
  const seen = useRef(0);
  const newest = items.at(-1)?.seq ?? 0;
  const { isAtEnd, toEnd } = following;
  useEffect(() => {
    if (isAtEnd) seen.current = newest;
  }, [isAtEnd, newest]);
  const fresh = isAtEnd ? 0 : items.filter((item) => item.seq > seen.current).length;
  const sending = outgoing.length;
  // Who sends something wants to see it.
  useEffect(() => {
    if (sending > 0) toEnd();
  }, [sending, toEnd]);

  const loadOlder = async () => {
    if (isLoading || !hasOlder) return;
    setLoading(true);
    following.keepPlace();
    try {
      await onLoadOlder();
    } finally {
      setLoading(false);
    }
  };
  const found = useGoTo({
    scroller: following.scroller,
    items,
    firstSeq: props.firstSeq ?? 1,
    at: props.goTo,
    loadOlder: onLoadOlder,
    onLeaveEnd: following.leaveEnd,
  });
  const scrolled = () => {
    following.onScroll();
    const box = following.scroller.current;
    if (box !== null && box.scrollTop < 300 && box.scrollHeight > box.clientHeight) void loadOlder();
  };
  const isEmpty = items.length === 0 && starting === null && outgoing.length === 0;
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <div
        ref={following.scroller}
        onScroll={scrolled}
        role="log"
        aria-label={strings.conversation}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="min-h-0 flex-1 overflow-y-auto -outline-offset-2!"
      >
        <div ref={following.content} className="mx-auto flex w-full max-w-220 flex-col px-1.5 py-4 md:px-5">
          {hasOlder ? (
            <div className="flex justify-center pb-3">
              <Button look="plain" isBusy={isLoading} onClick={() => void loadOlder()}>
                {isLoading ? strings.loadingOlder : strings.loadOlder}
              </Button>
            </div>
          ) : null}
          {isEmpty ? <Empty title={strings.noMessages}>{strings.noMessagesAbout}</Empty> : null}
          {items.map((item, index) => (
            <Line key={`${item.kind}-${item.seq}`} kind={item.kind} seq={item.seq} isFound={item.seq === found}>
              <OneItem item={item} isLast={index === items.length - 1} view={props} />
            </Line>
          ))}
          {starting === null ? null : (
            <Line kind="person">
              <Person
                name={props.nameOf(starting.createdBy) ?? strings.someone}
                text={starting.text}
                at={starting.createdAt}
                images={imagesOf(starting.id, starting.images, props.imageOf)}
              >
                <span className="flex items-center gap-1.5 text-xs text-soft" role="status">
                  <StateMark state="starting" word={strings.starting} isNamed />
                  {strings.startingAbout}
                </span>
              </Person>
            </Line>
          )}
          {outgoing.map((message) => (
            <Line key={message.key} kind="person">
              <Outgoing message={message} view={props} />
            </Line>
          ))}
        </div>
      </div>
      {isAtEnd ? null : (
        <Button
          className="absolute bottom-3 left-1/2 -translate-x-1/2 rounded-full shadow-pop"
          icon={<ArrowDown size={14} aria-hidden />}
          onClick={toEnd}
        >
          {fresh > 0 ? strings.fresh(fresh) : strings.toBottom}
        </Button>
      )}
    </div>
  );
}

/** Lines out of sight cost nothing: the browser neither lays them out nor paints them. */
function Line({
  kind,
  seq,
  isFound = false,
  children,
}: {
  kind: Item["kind"];
  seq?: number;
  isFound?: boolean;
  children: ReactNode;
}) {
  return (
    <div
      data-seq={seq}
      aria-current={isFound || undefined}
      className={clsx(
        "min-w-0 px-2.5 empty:hidden [contain-intrinsic-size:auto_64px] [content-visibility:auto]",
        kind === "tool-call" ||
          kind === "noise" ||
          kind === "thought" ||
          kind === "cut" ||
          kind === "summary" ||
          kind === "plan"
          ? "py-0.5"
          : "py-1.5",
        kind === "person" && "pt-3",
        isFound && "rounded-md bg-accent-wash",
      )}
    >
      {children}
    </div>
  );
}

function OneItem({ item, isLast, view }: { item: Item; isLast: boolean; view: ConversationViewProps }) {
  const turn = item.turnId === null ? undefined : view.turns.get(item.turnId);
  const isGrowing = isLast && turn !== undefined && isInFlight(turn);
  switch (item.kind) {
    case "person":
      return (
        <Person
          name={view.nameOf(item.createdBy) ?? strings.someone}
          text={item.text}
          at={item.at}
          images={item.turnId === null ? [] : imagesOf(item.turnId, item.images, view.imageOf)}
          {...(item.attempt > 1 ? { note: strings.attempt(item.attempt) } : {})}
        />
      );
    case "repeated":
      return (
        <div className="rounded-md bg-sunken px-3 py-2">
          <p className="pb-1 text-xs text-faint">{strings.repeated}</p>
          <MessageText parts={item.parts} />
        </div>
      );
    case "message":
      return <MessageText parts={item.parts} isGrowing={isGrowing} />;
    case "thought":
      return (
        <Folded
          icon={<MessageSquareDashed size={14} aria-hidden className="shrink-0 text-faint" />}
          title={isGrowing ? strings.thinking : strings.thought}
          about={firstWords(item.parts.map((part) => part.text ?? "").join(" "))}
        >
          <div className="text-soft">
            <MessageText parts={item.parts} isGrowing={isGrowing} />
          </div>
        </Folded>
      );
    case "tool-call":
      return (
        <ToolCallLine
          call={item.call}
          at={item.at}
          endedAt={item.endedAt}
          folder={view.folder}
          isTurnOver={turn === undefined || isOver(turn) || Boolean(turn.cancelRequestedAt)}
        />
      );
    case "plan":
      // While it is followed it stands below, in sight.
      return turn !== undefined && isInFlight(turn) ? null : <Plan entries={item.entries} />;
    case "request": {
      const request = view.requests.get(item.requestId);
      if (request === undefined) return null;
      return (
        <RequestCard
          request={request}
          who={view.who}
          folder={view.folder}
          place={view.place}
          canAnswer={view.canSteer}
          answeredBy={view.nameOf(request.answeredBy)}
          hasKeys={view.hotRequestId === request.id}
          remembers={view.remembersOf?.(request.id)}
          onSetVariables={view.onSetVariables}
          onAnswer={(answer) => view.onAnswer(request.id, answer)}
        />
      );
    }
    case "turn-end":
      return <TurnEnd ended={item.turn} now={turn} isLast={isLast} view={view} />;
    case "cut":
      return (
        <p className="flex items-center gap-1.5 text-xs text-soft">
          <RotateCcw size={13} aria-hidden className="shrink-0 text-faint" />
          {strings.cut(item.problem)}
        </p>
      );
    case "summary":
      return (
        <Folded
          icon={<ListChecks size={14} aria-hidden className="shrink-0 text-faint" />}
          title={strings.summedUp}
          about={firstWords(item.text)}
        >
          <div className="text-soft">
            <MessageText parts={[{ type: "text", text: item.text }]} />
          </div>
        </Folded>
      );
    case "noise":
      return (
        <Folded icon={null} title={strings.noise(item.lines.length)} about="">
          <pre className="max-h-60 overflow-auto rounded-md bg-sunken px-3 py-2 font-mono text-xs whitespace-pre-wrap break-words">
            {item.lines.join("\n")}
          </pre>
        </Folded>
      );
    default:
      return unreachable(item);
  }
}

function firstWords(text: string): string {
  return text
    .replace(/[#*_`>\s]+/g, " ")
    .trim()
    .slice(0, 160);
}

interface PersonProps {
  name: string;
  text: string;
  at: string;
  /** Addresses of the images that were sent with it. */
  images: readonly string[];
  note?: string;
  children?: ReactNode;
}

function imagesOf(turnId: string, count: number, address: ConversationViewProps["imageOf"]): readonly string[] {
  return count === 0 ? noImages : Array.from({ length: count }, (_, index) => address(turnId, index));
}

const noImages: readonly string[] = [];

const Person = memo(function Person({ name, text, at, images, note, children }: PersonProps) {
  return (
    <article aria-label={name} className="rounded-md bg-sunken px-3 py-2">
      <header className="flex items-center gap-1.5 pb-0.5 text-xs text-faint">
        <CircleUser size={13} aria-hidden />
        <span className="font-medium text-soft">{name}</span>
        {note === undefined ? null : <span>{note}</span>}
        <RelativeTime at={at} className="ml-auto" />
      </header>
      <p className="whitespace-pre-wrap break-words">{text}</p>
      {images.length === 0 ? null : (
        <ul className="flex flex-wrap gap-2 pt-1.5">
          {images.map((address, index) => (
            <li key={address}>
              <a href={address} target="_blank" rel="noreferrer">
                <img
                  src={address}
                  alt={strings.composer.imageNumber(index + 1)}
                  loading="lazy"
                  className="max-h-40 max-w-full rounded-md border border-line object-contain"
                />
              </a>
            </li>
          ))}
        </ul>
      )}
      {children}
    </article>
  );
});

function Outgoing({ message, view }: { message: OutgoingMessage; view: ConversationViewProps }) {
  const { trouble } = message;
  return (
    <article aria-label={strings.you} className="rounded-md border border-dashed border-line-strong px-3 py-2">
      <p className="whitespace-pre-wrap break-words">{message.text}</p>
      {message.images.length === 0 ? null : (
        <p className="text-xs text-faint">
          {message.images.map((_, index) => strings.composer.imageNumber(index + 1)).join(", ")}
        </p>
      )}
      {trouble === undefined ? (
        <div className="flex items-center gap-2 pt-1 text-xs text-soft" role="status">
          {strings.outbox.waiting}
        </div>
      ) : (
        <div className="pt-2">
          <Notice
            tone="failure"
            title={trouble.title}
            actions={
              <>
                <Button onClick={() => view.onSendAgain(message.key)}>{strings.outbox.again}</Button>
                <Button look="plain" onClick={() => view.onDrop(message.key)}>
                  {strings.outbox.drop}
                </Button>
              </>
            }
          >
            {trouble.detail}
          </Notice>
        </div>
      )}
    </article>
  );
}

function Plan({ entries }: { entries: readonly PlanEntry[] }) {
  return (
    <Folded
      icon={<ListChecks size={14} aria-hidden className="shrink-0 text-faint" />}
      title={strings.plan(planDone(entries), entries.length)}
      about={entries.find((entry) => entry.status === "in_progress")?.content ?? ""}
    >
      <PlanEntries entries={entries} />
    </Folded>
  );
}

function TurnEnd({
  ended,
  now,
  isLast,
  view,
}: {
  ended: Turn;
  now: Turn | undefined;
  isLast: boolean;
  view: ConversationViewProps;
}) {
  const isStill = now === undefined || (now.attempt === ended.attempt && now.state === ended.state);
  const reason = ended.stopReason ? strings.stopReasons[ended.stopReason] : undefined;
  const state = ended.state === "failed" ? "failed" : ended.state === "cancelled" ? "paused" : "done";
  const word =
    state === "failed"
      ? strings.turnEnds.failed
      : state === "paused"
        ? strings.turnEnds.cancelled
        : strings.turnEnds.done;
  const canRetry = view.canSteer && isStill && (state === "failed" || (state === "paused" && isLast));
  const from = ended.dispatchedAt ?? ended.createdAt;
  const retry = canRetry ? (
    <Button icon={<RotateCcw size={13} aria-hidden />} onClick={() => view.onRetry(ended)}>
      {strings.retry}
    </Button>
  ) : null;
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-center gap-2 text-xs text-faint">
        <StateMark state={state} isNamed word={word} className="[&>span:last-child]:text-xs" />
        {ended.finishedAt ? (
          <time dateTime={ended.finishedAt} title={exactTime(ended.finishedAt)}>
            {strings.took(duration(Date.parse(ended.finishedAt) - Date.parse(from)))}
          </time>
        ) : null}
        {reason === undefined ? null : <span className="min-w-0 truncate">{reason}</span>}
        <span aria-hidden className="h-px min-w-4 flex-1 bg-line" />
        {view.turnTools?.(ended.id)}
        {ended.problem ? null : retry}
      </div>
      {ended.problem ? <Notice tone="failure" title={ended.problem} actions={retry} /> : null}
    </div>
  );
}
