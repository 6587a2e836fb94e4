import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { InboxItem, InboxKind, NotificationSettings, PermissionRule } from "@/contracts/http";
import { call, path } from "@/lib/api";

const page = 30;

/** What does not wait any more, the newest first. */
export const historyQuery = infiniteQueryOptions({
  queryKey: ["inbox", "over"],
  queryFn: ({ pageParam, signal }) =>
    call<{ items: InboxItem[]; next?: string | null }>(
      "GET",
      `/api/inbox?state=over&limit=${page}${pageParam === "" ? "" : `&after=${encodeURIComponent(pageParam)}`}`,
      undefined,
      signal,
    ),
  initialPageParam: "",
  getNextPageParam: (last) => last.next ?? undefined,
});

export const rulesQuery = (repositoryId: string) =>
  queryOptions({
    queryKey: ["permission-rules", repositoryId],
    queryFn: async ({ signal }) =>
      (
        await call<{ rules: PermissionRule[] }>(
          "GET",
          path`/api/repositories/${repositoryId}/permission-rules`,
          undefined,
          signal,
        )
      ).rules,
  });

export const revokeRule = (rule: PermissionRule) =>
  call<void>("DELETE", path`/api/repositories/${rule.repositoryId}/permission-rules/${rule.id}`);

export const notificationsQuery = queryOptions({
  queryKey: ["me", "notifications"],
  queryFn: ({ signal }) => call<NotificationSettings>("GET", "/api/me/notifications", undefined, signal),
});

export const changeNotifications = (change: { webhook?: boolean; kinds?: InboxKind[] }) =>
  call<NotificationSettings>("PATCH", "/api/me/notifications", change);
