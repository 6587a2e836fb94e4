import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleUser, MessageSquareText } from "lucide-react";
import { useEffect, useState } from "react";
import type { Agent, FoundPlace } from "@/contracts/http";
import { troubleOf } from "@/lib/api";
import { Notice } from "@/ui/Notice";
import { RelativeTime } from "@/ui/RelativeTime";
import { Skeleton } from "@/ui/Skeleton";
import { agentName } from "../agentRules";
import { agentSearchQuery, type FoundPlaces as Found, shortestSearch } from "./agentSearchQuery";
import { boardStrings as strings } from "./boardStrings";
import { snippetParts } from "./snippetParts";

/** Who types is not asked about each letter. */
const pause = 250;

function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pause);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

/** Where in conversations something was asked or said. */
export function FoundPlaces({ q, archived, agents }: { q: string; archived: boolean; agents: readonly Agent[] }) {
  const looked = useSettled(q.trim());
  const { data, error } = useQuery(agentSearchQuery(looked, archived));
  if (looked.length < shortestSearch) return null;
  const trouble = error === null ? undefined : troubleOf(error);
  const setAside = new Set(archived ? [] : agents.filter((agent) => agent.archivedAt).map((agent) => agent.id));
  const found = data && { ...data, results: data.results.filter((place) => !setAside.has(place.agent.id)) };
  return <FoundPlacesView found={found} trouble={trouble} />;
}

export interface FoundPlacesViewProps {
  found: Found | undefined;
  trouble?: { title: string; detail?: string | undefined } | undefined;
}

export function FoundPlacesView({ found, trouble }: FoundPlacesViewProps) {
  return (
    <section aria-label={strings.found} className="mx-auto w-full max-w-240 px-1.5 pb-6 md:px-5.5">
      <h2 className="flex h-10 items-end gap-1.5 px-2.5 pb-1.5 text-sm font-semibold">
        {strings.found}
        {found === undefined || trouble !== undefined ? null : (
          <span className="font-normal text-faint">{strings.foundHere(found.results.length, found.hasMore)}</span>
        )}
      </h2>
      {trouble !== undefined ? (
        <div className="px-2.5">
          <Notice tone="failure" title={strings.notSearched}>
            {trouble.detail ?? trouble.title}
          </Notice>
        </div>
      ) : found === undefined ? (
        <Skeleton lines={3} />
      ) : found.results.length === 0 ? (
        <p className="px-2.5 text-sm text-faint">{strings.noneFound}</p>
      ) : (
        <ul>
          {found.results.map((place) => (
            <li key={`${place.turnId} ${place.seq}`}>
              <Place place={place} />
            </li>
          ))}
        </ul>
      )}
      {found?.hasMore && trouble === undefined ? (
        <p className="px-2.5 pt-2 text-sm text-faint">{strings.older}</p>
      ) : null}
    </section>
  );
}

function Place({ place }: { place: FoundPlace }) {
  const isAsked = place.kind === "prompt";
  const Icon = isAsked ? CircleUser : MessageSquareText;
  return (
    <Link
      to="/agents/$agentId"
      params={{ agentId: place.agent.id }}
      search={{ thread: place.workSession.id, at: place.seq }}
      className="block rounded-md px-2.5 py-1.5 hover:bg-hover"
    >
      <span className="flex min-w-0 items-center gap-1.5 text-xs text-faint">
        <Icon size={13} aria-hidden className="shrink-0" />
        <span className="sr-only">{isAsked ? strings.asked : strings.said}</span>
        <span className="truncate font-medium text-soft">{agentName(place.agent)}</span>
        <span className="shrink-0">· {place.workSession.name}</span>
        {place.agent.archivedAt ? <span className="shrink-0">· {strings.archived}</span> : null}
        <RelativeTime at={place.at} className="ml-auto shrink-0" />
      </span>
      <span className="line-clamp-2 wrap-anywhere">
        {snippetParts(place).map((part, index) =>
          part.isMarked ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text have no other identity
            <mark key={index} className="rounded-[3px] bg-accent-wash font-semibold text-text">
              {part.text}
            </mark>
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: as above
            <span key={index}>{part.text}</span>
          ),
        )}
      </span>
    </Link>
  );
}
