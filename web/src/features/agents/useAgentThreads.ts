import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import type { AgentEvent } from "@/contracts/agentEvents";
import type { AgentWithAll } from "@/contracts/http";
import { call, path } from "@/lib/api";
import { type LinkState, systemClock } from "@/lib/link";
import { watchWaking } from "@/lib/waking";
import { AgentFollower, type AgentSource } from "./agentFollower";
import type { AgentThreads } from "./threadReducer";

/** Filled by the agent's follower alone; kept for a while, so that going back to an agent shows it at once. */
const threadsQuery = (agentId: string) =>
  queryOptions<AgentThreads | null>({
    queryKey: ["agent-threads", agentId],
    queryFn: () => null,
    enabled: false,
    initialData: null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 10 * 60_000,
    // Comparing a long conversation with itself for each word that comes is dear, and the reducer keeps what did not change.
    structuralSharing: false,
  });

const pageSize = 300;

/** A page that nobody looks at gives its connection back: over HTTP/1.1 a browser has six for all tabs. */
const hiddenFor = 20_000;

function sourceOf(agentId: string): AgentSource {
  return {
    whole: (signal) => call<AgentWithAll>("GET", path`/api/agents/${agentId}`, undefined, signal),
    before: async (seq, signal) => {
      const address = `${path`/api/agents/${agentId}/events`}?before=${seq}&limit=${pageSize}`;
      return (await call<{ events: AgentEvent[] }>("GET", address, undefined, signal)).events;
    },
    stream: (after, signal) =>
      fetch(path`/api/agents/${agentId}/events/stream`, {
        headers: { accept: "text/event-stream", "last-event-id": String(after) },
        credentials: "same-origin",
        cache: "no-store",
        signal,
      }),
  };
}

export interface FollowedAgent {
  threads: AgentThreads | null;
  link: LinkState;
  loadOlder: () => Promise<boolean>;
  retryNow: () => void;
}

/** An agent with all its conversations, live as long as it is looked at. */
export function useAgentThreads(agentId: string): FollowedAgent {
  const client = useQueryClient();
  const query = useMemo(() => threadsQuery(agentId), [agentId]);
  const { data } = useQuery(query);
  const [link, setLink] = useState<LinkState>({ kind: "connecting" });
  const [follower, setFollower] = useState<AgentFollower | null>(null);
  useEffect(() => {
    let current: AgentFollower | null = null;
    const follow = () => {
      current = new AgentFollower({
        source: sourceOf(agentId),
        clock: systemClock,
        isOnline: () => navigator.onLine,
        read: () => client.getQueryData(query.queryKey) ?? null,
        write: (threads) => client.setQueryData(query.queryKey, threads),
        onLink: setLink,
      });
      current.start();
      setFollower(current);
    };
    const rest = () => {
      current?.dispose();
      current = null;
    };
    follow();
    let hiding: ReturnType<typeof setTimeout> | undefined;
    const looked = () => {
      clearTimeout(hiding);
      if (document.visibilityState === "hidden") hiding = setTimeout(rest, hiddenFor);
      else if (current === null) follow();
    };
    document.addEventListener("visibilitychange", looked);
    const stopWatching = watchWaking({
      onRetry: () => current?.retryNow(),
      onSuspect: () => current?.suspect(),
      onOffline: () => current?.suspect(),
    });
    return () => {
      clearTimeout(hiding);
      document.removeEventListener("visibilitychange", looked);
      stopWatching();
      rest();
    };
  }, [agentId, client, query]);
  return {
    threads: data ?? null,
    link,
    loadOlder: async () => (await follower?.loadOlder()) ?? false,
    retryNow: () => follower?.retryNow(),
  };
}
