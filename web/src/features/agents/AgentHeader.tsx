import { Ellipsis, Eye, GitBranch, SquareTerminal } from "lucide-react";
import type { Agent } from "@/contracts/http";
import type { LinkState } from "@/lib/link";
import { Button } from "@/ui/Button";
import { Hint } from "@/ui/Hint";
import { IconButton } from "@/ui/IconButton";
import { Menu } from "@/ui/Menu";
import { useDelay } from "@/ui/Skeleton";
import { StateMark } from "@/ui/StateMark";
import { agentName, agentPlace, agentState, canSteer, isOver, stateWord } from "./agentRules";
import { agentStrings as strings } from "./strings";

export interface AgentHeaderProps {
  agent: Agent;
  who: string;
  link: LinkState;
  onRetry: () => void;
  onRename: () => void;
  onComplete: () => void;
  onCancel: () => void;
  onArchive: () => void;
  onDelete: () => void;
  onOpenSession: (sessionId: string) => void;
  /** Undefined where the program cannot say which conversations it knows. */
  onTakeUp?: (() => void) | undefined;
  /** Undefined where the program cannot. */
  onLogOut?: (() => void) | undefined;
  onCopyLink: () => void;
  onCopyId: () => void;
}

/** What the agent is about, how it stands, where and by which program, and what can be done with it. */
export function AgentHeader(props: AgentHeaderProps) {
  const { agent, who, link } = props;
  const name = agentName(agent);
  const word = stateWord(agent);
  const maySteer = canSteer(agent);
  const { sessionId } = agent;
  return (
    <header className="flex min-h-11 shrink-0 items-center gap-2.5 border-b border-line px-3">
      <StateMark
        state={agentState(agent)}
        isNamed
        {...(word === undefined ? {} : { word })}
        className="max-sm:[&>span:last-child]:sr-only"
      />
      <h1 className="min-w-0 font-semibold">
        {maySteer ? (
          <button
            type="button"
            title={strings.rename.title}
            onClick={props.onRename}
            className="block max-w-full truncate rounded-[4px] hover:bg-hover"
          >
            {name}
          </button>
        ) : (
          <span className="block truncate">{name}</span>
        )}
      </h1>
      <span className="flex min-w-0 items-center gap-1 text-xs text-faint max-md:hidden">
        <GitBranch size={12} aria-hidden className="shrink-0" />
        <span className="truncate font-mono">{agentPlace(agent)}</span>
        <span className="shrink-0">· {who}</span>
      </span>
      <span className="flex-1" />
      <Line link={link} onRetry={props.onRetry} />
      {maySteer ? null : (
        <Hint text={strings.watchOnlyAbout}>
          <span className="flex h-6 shrink-0 items-center gap-1.5 rounded-md bg-selected px-2 text-xs text-soft">
            <Eye size={13} aria-hidden />
            {strings.watchOnly}
          </span>
        </Hint>
      )}
      {sessionId ? (
        <IconButton name={strings.openSession} className="max-md:hidden" onClick={() => props.onOpenSession(sessionId)}>
          <SquareTerminal size={16} aria-hidden />
        </IconButton>
      ) : null}
      <Menu
        trigger={
          <IconButton name={strings.more(name)}>
            <Ellipsis size={16} aria-hidden />
          </IconButton>
        }
        entries={[
          ...(sessionId ? [{ name: strings.openSession, onSelect: () => props.onOpenSession(sessionId) }] : []),
          ...(maySteer ? [{ name: strings.rename.action, keys: "r", onSelect: props.onRename }] : []),
          ...(maySteer && !isOver(agent) && props.onTakeUp !== undefined
            ? [{ name: strings.conversations.action, onSelect: props.onTakeUp }]
            : []),
          ...(maySteer && !isOver(agent) && props.onLogOut !== undefined
            ? [{ name: strings.login.logOut, onSelect: props.onLogOut }]
            : []),
          { name: strings.copyLink, onSelect: props.onCopyLink },
          { name: strings.copyId, onSelect: props.onCopyId },
          ...(maySteer
            ? [
                { kind: "line" } as const,
                ...(isOver(agent)
                  ? []
                  : [
                      { name: strings.complete, onSelect: props.onComplete },
                      { name: strings.cancel, onSelect: props.onCancel },
                    ]),
                {
                  name: agent.archivedAt ? strings.unarchive : strings.archive,
                  keys: "e",
                  onSelect: props.onArchive,
                },
              ]
            : []),
          ...(agent.role === "owner"
            ? [{ kind: "line" } as const, { name: strings.remove.action, isDangerous: true, onSelect: props.onDelete }]
            : []),
        ]}
      />
    </header>
  );
}

/** Said only where it is not as it should be, and not before it has lasted a moment. */
function Line({ link, onRetry }: { link: LinkState; onRetry: () => void }) {
  if (link.kind !== "reconnecting" && link.kind !== "offline") return null;
  return <LostLine link={link} onRetry={onRetry} />;
}

function LostLine({ link, onRetry }: { link: LinkState; onRetry: () => void }) {
  const isShown = useDelay(1_000);
  if (!isShown) return null;
  return (
    <span role="status" className="flex shrink-0 items-center gap-1.5 text-xs text-needs">
      <Hint text={strings.reconnectingAbout}>
        <span>
          <span aria-hidden>↻ </span>
          {link.kind === "offline" ? strings.offline : strings.reconnecting}
        </span>
      </Hint>
      <Button look="plain" className="max-sm:hidden" onClick={onRetry}>
        {strings.tryNow}
      </Button>
    </span>
  );
}
