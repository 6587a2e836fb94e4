import clsx from "clsx";
import { workerLinks } from "@/features/terminals";
import type { LinkState } from "@/lib/link";
import { duration } from "@/lib/time";
import { unreachable } from "@/lib/unreachable";
import { useNow } from "@/ui/useNow";
import { useStore } from "@/ui/useStore";
import { serverLink, useLists } from "./live";
import { appStrings as strings } from "./strings";

/** The truth about the connection, always in the same place. */
export function StatusLine({ workerId }: { workerId: string | undefined }) {
  const server = useStore(serverLink);
  const views = useStore(workerLinks.views);
  const host = useLists((lists) => lists.hosts.find((each) => each.isLocal) ?? lists.hosts[0]);
  const worker = workerId === undefined ? undefined : views[workerId];
  // A terminal's own line is what matters to who types in it.
  const link = worker !== undefined && server.kind === "live" ? worker.link : server;
  return <StatusLineView link={link} host={host?.name} waiting={worker?.waiting ?? 0} />;
}

export interface StatusLineViewProps {
  link: LinkState;
  host: string | undefined;
  waiting: number;
}

export function StatusLineView({ link, host, waiting }: StatusLineViewProps) {
  return (
    <section
      aria-label={strings.connection}
      className="flex h-6 shrink-0 items-center gap-4 border-t border-line bg-canvas px-3 text-xs text-faint"
    >
      <Link link={link} />
      {host === undefined ? null : <span className="truncate max-sm:hidden">{host}</span>}
      <span className="flex-1" />
      {waiting > 0 && link.kind !== "live" ? (
        <span role="status" className="text-needs">
          {strings.notSent(waiting)}
        </span>
      ) : null}
    </section>
  );
}

function Link({ link }: { link: LinkState }) {
  switch (link.kind) {
    case "live":
      return <Line shape="●" colour="text-done" word={strings.live} />;
    case "connecting":
      return <Line shape="◌" colour="text-faint" word={strings.connecting} />;
    case "reconnecting":
      return <Reconnecting link={link} />;
    case "offline":
      return <Line shape="✕" colour="text-failed" word={strings.offline} />;
    case "closed":
      return (
        <Line
          shape="✕"
          colour="text-failed"
          word={link.reason === "signed-out" ? strings.signedOut : strings.offline}
        />
      );
    default:
      return unreachable(link);
  }
}

function Reconnecting({ link }: { link: Extract<LinkState, { kind: "reconnecting" }> }) {
  const now = Math.max(useNow(1000), link.since);
  const parts = [
    strings.reconnectingSince(duration(now - link.since)),
    link.nextTryAt !== null && link.nextTryAt - now > 900 ? strings.nextTry(duration(link.nextTryAt - now)) : null,
  ].filter((part) => part !== null);
  return (
    <>
      <Line shape="↻" colour="text-needs" word={strings.reconnecting} />
      <span className="-ml-2 truncate">{parts.join(", ")}</span>
    </>
  );
}

function Line({ shape, colour, word }: { shape: string; colour: string; word: string }) {
  return (
    <span role="status" className={clsx("flex shrink-0 items-center gap-1.5", colour)}>
      <span aria-hidden>{shape}</span>
      <span>{word}</span>
    </span>
  );
}
