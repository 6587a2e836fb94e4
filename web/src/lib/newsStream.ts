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

/** All of them: one that is missing here would never be heard. */
const knownEvents = {
  snapshot: true,
  reset: true,
  "session-changed": true,
  "session-removed": true,
  "worker-activity": true,
  "repository-changed": true,
  "repository-removed": true,
  "agent-program-changed": true,
  "agent-program-removed": true,
  "agent-changed": true,
  "agent-removed": true,
  "inbox-item-changed": true,
  "host-changed": true,
  operation: true,
} satisfies Record<NewsEvent["event"], true>;

function parse(event: string, data: string): NewsEvent | null {
  if (!Object.hasOwn(knownEvents, event)) return null;
  try {
    return { event, data: JSON.parse(data) } as NewsEvent;
  } catch {
    return null;
  }
}
