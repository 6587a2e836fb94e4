import { Monitor } from "lucide-react";
import { useLists } from "@/app/live";
import type { NewsLists } from "@/contracts/news";
import { count } from "@/lib/time";
import { Empty } from "@/ui/Empty";
import { Page, Row, Rows } from "@/ui/Page";
import { RelativeTime } from "@/ui/RelativeTime";
import { Skeleton } from "@/ui/Skeleton";
import { StateMark } from "@/ui/StateMark";
import { hostStrings as strings } from "./strings";

export function HostsPage() {
  return <HostsView lists={useLists((all) => all)} />;
}

export function HostsView({ lists }: { lists: Pick<NewsLists, "hosts" | "sessions"> | undefined }) {
  return (
    <Page title={strings.title} about={strings.about}>
      {lists === undefined ? (
        <Skeleton lines={3} />
      ) : lists.hosts.length === 0 ? (
        <Empty icon={<Monitor size={28} strokeWidth={1.5} aria-hidden />} title={strings.title}>
          {strings.none}
        </Empty>
      ) : (
        <Rows>
          {lists.hosts.map((host) => {
            const { isOnline } = host;
            const sessions = lists.sessions.filter(
              (session) => session.hostId === host.id || lists.hosts.length === 1,
            ).length;
            return (
              <Row key={host.id}>
                <Monitor size={16} aria-hidden className="text-faint" />
                <span className="min-w-40 flex-1">
                  <span className="font-medium">{host.name}</span>
                  {host.isLocal ? <span className="text-faint"> · {strings.thisMachine}</span> : null}
                </span>
                <span className="text-sm text-soft">{count(sessions, "session", "sessions")}</span>
                {!isOnline && host.lastSeenAt ? (
                  <span className="text-xs text-faint">
                    {strings.seen} <RelativeTime at={host.lastSeenAt} />
                  </span>
                ) : null}
                <StateMark
                  state={isOnline ? "done" : "reconnecting"}
                  word={isOnline ? strings.online : strings.offline}
                  isNamed
                  className="w-24"
                />
              </Row>
            );
          })}
        </Rows>
      )}
    </Page>
  );
}
