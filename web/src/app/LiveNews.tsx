import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { systemClock } from "@/lib/link";
import { NewsStream } from "@/lib/newsStream";
import { watchWaking } from "@/lib/waking";
import { forgetLists, serverLink, takeNews } from "./live";

/** Keeps the lists current as long as somebody is signed in. */
export function LiveNews({ onSignedOut }: { onSignedOut: () => void }) {
  const client = useQueryClient();
  useEffect(() => {
    const stream = new NewsStream({
      open: (lastEventId, signal) =>
        fetch("/api/events/stream", {
          headers: {
            accept: "text/event-stream",
            ...(lastEventId === null ? {} : { "last-event-id": lastEventId }),
          },
          credentials: "same-origin",
          cache: "no-store",
          signal,
        }),
      clock: systemClock,
      isOnline: () => navigator.onLine,
      onLink: (link) => {
        serverLink.set(link);
        if (link.kind === "closed") onSignedOut();
      },
      onNews: (news) => takeNews(client, news),
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
