import { type QueryClient, queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import type { NewsEvent, NewsLists, Operation } from "@/contracts/news";
import { troubleOf } from "@/lib/api";
import type { LinkState } from "@/lib/link";
import {
  afterAnswer,
  afterNews,
  begun,
  type LiveLists,
  noLists,
  type PendingChange,
  revisionOf,
  settled,
  shown,
} from "@/lib/liveLists";
import { createStore } from "@/lib/store";

/** How the line to the server stands; shown always in the same place. */
export const serverLink = createStore<LinkState>({ kind: "connecting" });

const key = ["live"] as const;

/** Filled by the news stream alone. Null until its first snapshot. */
const liveQuery = queryOptions<LiveLists | null>({
  queryKey: key,
  queryFn: () => null,
  enabled: false,
  initialData: null,
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: Number.POSITIVE_INFINITY,
});

export function takeNews(client: QueryClient, news: NewsEvent): void {
  update(client, (live) => (live === noLists && !isWhole(news) ? live : afterNews(live, news)));
}

/** The lists as this person should see them now; undefined while nothing was heard yet. */
export function useLists<Part>(select: (lists: NewsLists) => Part): Part | undefined {
  const { data } = useQuery({ ...liveQuery, select: (live) => (live === null ? undefined : select(shown(live))) });
  return data ?? undefined;
}

/** The last operation that is done for a thing; an operation's id begins with the thing's. */
export function useOperation(thingId: string): Operation | undefined {
  const { data } = useQuery({
    ...liveQuery,
    select: (live) =>
      Object.values(live?.operations ?? {}).findLast((operation) => operation.operationId.split("#")[0] === thingId),
  });
  return data ?? undefined;
}

export interface LiveChange<Answer> {
  /** Id of the thing that changes. */
  thing: string;
  /** What the person sees until the server has answered. */
  apply: PendingChange["apply"];
  call: () => Promise<Answer>;
  /** The answer as news; null where it says nothing of the thing. */
  news: (answer: Answer) => NewsEvent | null;
  /** Says what did not happen: "The session was not renamed". */
  whenRefused: string;
}

let lastChange = 0;

/** Changes something at once, and takes it back with the reason when the server refuses. */
export function useLiveChange(): <Answer>(change: LiveChange<Answer>) => Promise<boolean> {
  const client = useQueryClient();
  return async (change) => {
    const id = ++lastChange;
    const before = revisionOf(read(client), change.thing);
    update(client, (live) => begun(live, { id, apply: change.apply }));
    try {
      const answer = await change.call();
      const news = change.news(answer);
      update(client, (live) => settled(news === null ? live : afterAnswer(live, news, change.thing, before), id));
      return true;
    } catch (error) {
      update(client, (live) => settled(live, id));
      const { title, detail } = troubleOf(error);
      toast.error(change.whenRefused, { description: detail === undefined ? title : `${title}. ${detail}` });
      return false;
    }
  };
}

/** Takes the answer of a call that made something, so that it is there before its news is. */
export function useTakeNews(): (news: NewsEvent) => void {
  const client = useQueryClient();
  return (news) => takeNews(client, news);
}

/** All of it as one piece of news, for another tab; null while nothing was heard. */
export function wholeNews(client: QueryClient): NewsEvent | null {
  const live = client.getQueryData<LiveLists | null>(key) ?? null;
  if (live === null) return null;
  return { event: "snapshot", data: { ...live.said, operations: Object.values(live.operations) } };
}

export function forgetLists(client: QueryClient): void {
  client.setQueryData<LiveLists | null>(key, null);
}

function isWhole(news: NewsEvent): boolean {
  return news.event === "snapshot" || news.event === "reset";
}

function read(client: QueryClient): LiveLists {
  return client.getQueryData<LiveLists | null>(key) ?? noLists;
}

function update(client: QueryClient, change: (live: LiveLists) => LiveLists): void {
  const before = client.getQueryData<LiveLists | null>(key) ?? null;
  const after = change(before ?? noLists);
  client.setQueryData<LiveLists | null>(key, after === noLists ? before : after);
}
