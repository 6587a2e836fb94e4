import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { FoundPlace } from "@/contracts/http";
import { call } from "@/lib/api";

export interface FoundPlaces {
  results: FoundPlace[];
  hasMore: boolean;
}

/** One letter is in everything. */
export const shortestSearch = 2;

/** Places in conversations where words were said, the newest first. */
export const agentSearchQuery = (q: string, archived: boolean) =>
  queryOptions({
    queryKey: ["agent-search", q, archived],
    queryFn: ({ signal }) =>
      call<FoundPlaces>(
        "GET",
        `/api/agents/search?q=${encodeURIComponent(q)}${archived ? "&archived=true" : ""}`,
        undefined,
        signal,
      ),
    enabled: q.length >= shortestSearch,
    retry: false,
    placeholderData: keepPreviousData,
  });
