import { Link } from "@tanstack/react-router";
import { Folder, GitBranch } from "lucide-react";
import type { AgentProgram, Repository, Session } from "@/contracts/http";
import { RelativeTime } from "@/ui/RelativeTime";
import { StateMark } from "@/ui/StateMark";
import { doing, firstWorker, sessionName, sessionState } from "./sessionRules";

export interface SessionRowProps {
  session: Session;
  repository: Repository | undefined;
  programs: readonly AgentProgram[];
}

/** One line: what it is, what it is doing now in words, since when. */
export function SessionRow({ session, repository, programs }: SessionRowProps) {
  const worker = firstWorker(session);
  const program = programs.find((each) => each.id === worker?.agentProgramId);
  return (
    <Link
      to="/sessions/$sessionId"
      params={{ sessionId: session.id }}
      className="group grid min-h-12 grid-cols-[1fr_auto] items-center gap-x-3 rounded-md px-2.5 py-1.5 hover:bg-hover md:grid-cols-[112px_minmax(0,1.1fr)_minmax(0,1fr)_84px]"
    >
      <StateMark state={sessionState(session)} isNamed className="max-md:order-2 max-md:justify-self-end" />
      <span className="min-w-0">
        <span className="block truncate font-medium">{sessionName(session)}</span>
        <span className="flex min-w-0 items-center gap-1 text-xs text-faint">
          {session.type === "worktree" ? (
            <GitBranch size={12} aria-hidden className="shrink-0" />
          ) : (
            <Folder size={12} aria-hidden className="shrink-0" />
          )}
          <span className="truncate font-mono">{placeOf(session, repository)}</span>
        </span>
      </span>
      <span className="min-w-0 truncate text-sm text-soft max-md:hidden">
        {worker === undefined ? "" : doing(worker, program?.name)}
      </span>
      <RelativeTime at={session.createdAt} className="text-right text-xs text-faint max-md:hidden" />
    </Link>
  );
}

export function placeOf(session: Session, repository: Repository | undefined): string {
  if (session.type === "quick") return session.locationPath;
  const name = repository === undefined ? "" : `${repository.owner}/${repository.name}`;
  // Without a title the branch is the session's name already.
  return [name, session.title || name === "" ? session.branch : null].filter((part) => part).join(" · ");
}
