import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { useLists } from "@/app/live";
import type { InboxItem } from "@/contracts/http";
import { agentName } from "@/features/agents";
import { Button } from "@/ui/Button";
import { Row, Rows } from "@/ui/Page";
import { RelativeTime } from "@/ui/RelativeTime";
import { Skeleton } from "@/ui/Skeleton";
import { historyQuery } from "./inboxQueries";
import { endOf } from "./inboxRules";
import { inboxStrings as strings } from "./strings";

/** What does not wait any more: what it was, what became of it, and by whom. */
export function InboxHistory() {
  const client = useQueryClient();
  const open = useLists((lists) => lists.inboxItems.map((item) => item.id).join(" "));
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(historyQuery);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other items that are open mean others that are over
  useEffect(() => {
    void client.invalidateQueries({ queryKey: historyQuery.queryKey });
  }, [client, open]);
  if (error !== null && data === undefined) return <p className="text-sm text-failed">{strings.trouble}</p>;
  if (data === undefined) return <Skeleton lines={4} />;
  const items = data.pages.flatMap((each) => each.items);
  if (items.length === 0) return <p className="text-sm text-faint">{strings.noHistory}</p>;
  return (
    <>
      <Rows>
        {items.map((item) => (
          <HistoryRow key={item.id} item={item} />
        ))}
      </Rows>
      {hasNextPage ? (
        <Button className="self-start" isBusy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {strings.more}
        </Button>
      ) : null}
    </>
  );
}

function HistoryRow({ item }: { item: InboxItem }) {
  return (
    <Row>
      <span className="w-22 shrink-0 text-sm text-faint">{strings.kinds[item.kind]}</span>
      <span className="flex min-w-0 flex-1 basis-60 flex-col">
        <span className="truncate font-mono text-sm" title={item.title}>
          {item.title}
        </span>
        <Link
          to="/agents/$agentId"
          params={{ agentId: item.agent.id }}
          search={item.workSessionId ? { thread: item.workSessionId } : {}}
          className="truncate text-sm text-faint hover:underline"
        >
          {agentName(item.agent)}
        </Link>
      </span>
      <span className="min-w-0 text-sm wrap-anywhere text-soft">{endOf(item)}</span>
      <RelativeTime at={item.answeredAt ?? item.createdAt} className="text-xs text-faint" />
    </Row>
  );
}
