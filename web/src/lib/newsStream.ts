import type { NewsEvent } from "@/contracts/news";
import type { LinkState } from "./link";
import { ResumedStream, type ResumedStreamOptions } from "./resumedStream";

export interface NewsStreamOptions extends Pick<ResumedStreamOptions, "open" | "clock" | "isOnline" | "onHeard"> {
  onLink: (link: LinkState) => void;
  onNews: (news: NewsEvent) => void;
}

/** The server's news: every event once, in order, over lost connections too. */
export class NewsStream extends ResumedStream {
  constructor({ onNews, ...options }: NewsStreamOptions) {
    super({
      ...options,
      endOf: (status) => (status === 401 || status === 403 ? "signed-out" : null),
      onEvent: (event) => {
        const news = parse(event.event, event.data);
        if (news !== null) onNews(news);
      },
    });
  }
}

const knownEvents: ReadonlySet<string> = new Set<NewsEvent["event"]>([
  "snapshot",
  "reset",
  "session-changed",
  "session-removed",
  "worker-activity",
  "repository-changed",
  "repository-removed",
  "agent-program-changed",
  "agent-program-removed",
  "agent-changed",
  "agent-removed",
  "host-changed",
  "operation",
]);

function parse(event: string, data: string): NewsEvent | null {
  if (!knownEvents.has(event)) return null;
  try {
    return { event, data: JSON.parse(data) } as NewsEvent;
  } catch {
    return null;
  }
}
