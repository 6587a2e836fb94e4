import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { NewsEvent } from "@/contracts/news";
import { meQuery } from "@/features/accounts";
import { type LinkState, systemClock } from "@/lib/link";
import { NewsStream } from "@/lib/newsStream";
import { type Channel, type Leadership, SharedNews, type Stream, type TabMessage } from "@/lib/sharedNews";
import { watchWaking } from "@/lib/waking";
import { forgetLists, serverLink, takeNews, wholeNews } from "./live";

/** Keeps the lists current as long as somebody is signed in. */
export function LiveNews({ onSignedOut }: { onSignedOut: () => void }) {
  const client = useQueryClient();
  useEffect(() => {
    const stream = openNews(client, (link) => {
      serverLink.set(link);
      if (link.kind === "closed") onSignedOut();
    });
    stream.start();
    const stopWatching = watchWaking({
      onRetry: () => stream.retryNow(),
      onSuspect: () => stream.suspect(),
      onOffline: () => stream.suspect(),
    });
    return () => {
      stopWatching();
      stream.dispose();
      forgetLists(client);
    };
  }, [client, onSignedOut]);
  return null;
}

interface Report {
  onLink: (link: LinkState) => void;
  onNews: (news: NewsEvent) => void;
  onHeard: () => void;
}

function openNews(client: QueryClient, onLink: (link: LinkState) => void): Stream {
  const onNews = (news: NewsEvent) => {
    takeNews(client, news);
    // A role in a repository says more than what may be done in it.
    if (news.event === "repository-changed" || news.event === "repository-removed")
      void client.invalidateQueries(meQuery);
  };
  const openStream = (report: Report) =>
    new NewsStream({ open: askForNews, clock: systemClock, isOnline: () => navigator.onLine, ...report });
  // Locks exist on HTTPS and loopback alone; elsewhere each tab has a stream of its own.
  if (!("locks" in navigator)) return openStream({ onLink, onNews, onHeard: () => {} });
  return new SharedNews({
    channel: tabChannel(),
    leadership,
    clock: systemClock,
    openStream,
    whole: () => wholeNews(client),
    onLink,
    onNews,
  });
}

function askForNews(lastEventId: string | null, signal: AbortSignal): Promise<Response> {
  return fetch("/api/events/stream", {
    headers: {
      accept: "text/event-stream",
      ...(lastEventId === null ? {} : { "last-event-id": lastEventId }),
    },
    credentials: "same-origin",
    cache: "no-store",
    signal,
  });
}

function tabChannel(): Channel {
  const channel = new BroadcastChannel("atelier.news");
  return {
    post: (message) => channel.postMessage(message),
    listen(listener) {
      channel.onmessage = (event: MessageEvent<TabMessage>) => listener(event.data);
      return () => channel.close();
    },
  };
}

const leadership: Leadership = {
  async hold(isStolen, lead, signal) {
    if (isStolen) await navigator.locks.request("atelier.news", { steal: true }, lead);
    else await navigator.locks.request("atelier.news", { signal }, lead);
  },
};
