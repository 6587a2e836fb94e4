import { queryOptions } from "@tanstack/react-query";
import type {
  AddComment,
  AgentCheckpoint,
  AgentForecast,
  AgentLanding,
  LandWork,
  ReviewComment,
  WorkDiff,
} from "@/contracts/http";
import { call, path } from "@/lib/api";

/** Everything of an agent's review lies below it, so that one event makes all of it new. */
export const reviewKey = (agentId: string) => ["review", agentId] as const;

export const diffQuery = (agentId: string, turnId: string | undefined) =>
  queryOptions({
    queryKey: [...reviewKey(agentId), "diff", turnId ?? "all"],
    queryFn: async ({ signal }) => {
      const query = turnId === undefined ? "" : `?turn=${encodeURIComponent(turnId)}`;
      return (await call<{ diff: WorkDiff }>("GET", path`/api/agents/${agentId}/diff` + query, undefined, signal)).diff;
    },
    // Files change without news of it while an agent works.
    staleTime: 5_000,
    refetchOnWindowFocus: true,
  });

/** One file with more of its lines than the diff of all files has. */
export async function wholeFile(agentId: string, turnId: string | undefined, file: string) {
  const query = new URLSearchParams({ path: file, ...(turnId === undefined ? {} : { turn: turnId }) });
  const { diff } = await call<{ diff: WorkDiff }>("GET", `${path`/api/agents/${agentId}/diff`}?${query}`);
  return diff.files[0];
}

export const commentsQuery = (agentId: string) =>
  queryOptions({
    queryKey: [...reviewKey(agentId), "comments"],
    queryFn: async ({ signal }) =>
      (await call<{ comments: ReviewComment[] }>("GET", path`/api/agents/${agentId}/comments`, undefined, signal))
        .comments,
  });

export const checkpointsQuery = (agentId: string) =>
  queryOptions({
    queryKey: [...reviewKey(agentId), "checkpoints"],
    queryFn: async ({ signal }) =>
      (
        await call<{ checkpoints: AgentCheckpoint[] }>(
          "GET",
          path`/api/agents/${agentId}/checkpoints`,
          undefined,
          signal,
        )
      ).checkpoints,
  });

export const forecastQuery = (agentId: string) =>
  queryOptions({
    queryKey: [...reviewKey(agentId), "forecast"],
    queryFn: async ({ signal }) =>
      (await call<{ forecast: AgentForecast }>("GET", path`/api/agents/${agentId}/forecast`, undefined, signal))
        .forecast,
    staleTime: 10_000,
  });

const onceOnly = (key: string) => ({ "idempotency-key": key });

export const newKey = () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;

export const addComment = (agentId: string, comment: AddComment) =>
  call<{ comment: ReviewComment }>("POST", path`/api/agents/${agentId}/comments`, comment);

export const resolveComment = (agentId: string, id: string, resolved: boolean) =>
  call<{ comment: ReviewComment }>("PATCH", path`/api/agents/${agentId}/comments/${id}`, { resolved });

export const removeComment = (agentId: string, id: string) =>
  call("DELETE", path`/api/agents/${agentId}/comments/${id}`);

export const sendComments = (agentId: string, key: string) =>
  call<{ turnId: string }>("POST", path`/api/agents/${agentId}/comments/send`, {}, undefined, onceOnly(key));

export const markViewed = (agentId: string, file: string, hash: string, viewed: boolean) =>
  call("PUT", path`/api/agents/${agentId}/viewed`, { path: file, hash, viewed });

export const restoreCheckpoint = async (agentId: string, id: string) =>
  (await call<{ checkpoint: AgentCheckpoint }>("POST", path`/api/agents/${agentId}/checkpoints/${id}/restore`, {}))
    .checkpoint;

export const landWork = async (agentId: string, land: LandWork, key: string) =>
  (await call<{ landing: AgentLanding }>("POST", path`/api/agents/${agentId}/land`, land, undefined, onceOnly(key)))
    .landing;

export const resolveConflicts = (agentId: string, into?: string) =>
  call<{ turnId: string }>("POST", path`/api/agents/${agentId}/land/resolve`, into === undefined ? {} : { into });
