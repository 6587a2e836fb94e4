import type { Agent, Session } from "@/contracts/http";
import type { NewsEvent, NewsLists, Operation } from "@/contracts/news";
import { unreachable } from "./unreachable";

/** A change that the person sees at once, before the server has agreed to it. */
export interface PendingChange {
  id: number;
  apply: (lists: NewsLists) => NewsLists;
}

/** Every list a page shows: what the server said last, and what this page has asked for meanwhile. */
export interface LiveLists {
  said: NewsLists;
  operations: Readonly<Record<string, Operation>>;
  pending: readonly PendingChange[];
  /** How often news touched a thing; tells whether an answer is older than the news. */
  revisions: Readonly<Record<string, number>>;
}

export const emptyLists: NewsLists = {
  sessions: [],
  hosts: [],
  repositories: [],
  agentPrograms: [],
  agents: [],
  inboxItems: [],
};

export const noLists: LiveLists = { said: emptyLists, operations: {}, pending: [], revisions: {} };

export function afterNews(live: LiveLists, news: NewsEvent): LiveLists {
  switch (news.event) {
    case "snapshot":
    case "reset": {
      const { sessions, hosts, repositories, agentPrograms, agents, inboxItems, operations } = news.data;
      return {
        ...live,
        said: {
          sessions: sessions ?? [],
          hosts: hosts ?? [],
          repositories: repositories ?? [],
          agentPrograms: agentPrograms ?? [],
          agents: agents ?? [],
          inboxItems: inboxItems ?? [],
        },
        operations: Object.fromEntries((operations ?? []).map((operation) => [operation.operationId, operation])),
      };
    }
    case "session-changed":
      return saying(live, news.data.session.id, { sessions: replaced(live.said.sessions, news.data.session) });
    case "session-removed":
      return saying(live, news.data.sessionId, { sessions: without(live.said.sessions, news.data.sessionId) });
    case "worker-activity": {
      const { sessionId, workerId, activityState } = news.data;
      const sessions = changed(live.said.sessions, sessionId, (session) => ({
        ...session,
        workers: changed(session.workers, workerId, (worker) => ({ ...worker, activityState })),
      }));
      return { ...live, said: { ...live.said, sessions } };
    }
    case "repository-changed":
      return saying(live, news.data.repository.id, {
        repositories: replaced(live.said.repositories, news.data.repository),
      });
    case "repository-removed":
      return saying(live, news.data.repositoryId, {
        repositories: without(live.said.repositories, news.data.repositoryId),
      });
    case "agent-program-changed":
      return saying(live, news.data.agentProgram.id, {
        agentPrograms: replaced(live.said.agentPrograms, news.data.agentProgram),
      });
    case "agent-program-removed":
      return saying(live, news.data.agentProgramId, {
        agentPrograms: without(live.said.agentPrograms, news.data.agentProgramId),
      });
    case "agent-changed":
      return saying(live, news.data.agent.id, { agents: replaced(live.said.agents, news.data.agent) });
    case "agent-removed":
      return saying(live, news.data.agentId, {
        agents: without(live.said.agents, news.data.agentId),
        inboxItems: live.said.inboxItems.filter((item) => item.agentId !== news.data.agentId),
      });
    case "inbox-item-changed": {
      const { item } = news.data;
      return saying(live, item.id, {
        inboxItems:
          item.state === "open" ? replaced(live.said.inboxItems, item) : without(live.said.inboxItems, item.id),
      });
    }
    case "host-changed":
      return saying(live, news.data.host.id, { hosts: replaced(live.said.hosts, news.data.host) });
    case "operation":
      return { ...live, operations: { ...live.operations, [news.data.operationId]: news.data } };
    default:
      return unreachable(news);
  }
}

/** What the page shows: what the server said, with what is pending on top. */
export function shown(live: LiveLists): NewsLists {
  return live.pending.reduce((lists, change) => change.apply(lists), live.said);
}

export function begun(live: LiveLists, change: PendingChange): LiveLists {
  return { ...live, pending: [...live.pending, change] };
}

export function settled(live: LiveLists, id: number): LiveLists {
  return { ...live, pending: live.pending.filter((change) => change.id !== id) };
}

/** Takes a call's answer for news, unless news of the same thing came while the call was under way. */
export function afterAnswer(live: LiveLists, news: NewsEvent, thing: string, revisionBefore: number): LiveLists {
  return revisionOf(live, thing) === revisionBefore ? afterNews(live, news) : live;
}

export function revisionOf(live: LiveLists, thing: string): number {
  return live.revisions[thing] ?? 0;
}

export function changed<Item extends { id: string }>(
  items: readonly Item[],
  id: string,
  change: (item: Item) => Item,
): Item[] {
  return items.map((item) => (item.id === id ? change(item) : item));
}

export function without<Item extends { id: string }>(items: readonly Item[], id: string): Item[] {
  return items.filter((item) => item.id !== id);
}

/** Pending changes to one session, by what becomes of it; null takes it away. */
export function sessionChange(sessionId: string, change: (session: Session) => Session | null): PendingChange["apply"] {
  return (lists) => ({
    ...lists,
    sessions: lists.sessions.flatMap((session) => {
      if (session.id !== sessionId) return [session];
      const next = change(session);
      return next === null ? [] : [next];
    }),
  });
}

/** A pending change to one agent; null takes it away. */
export function agentChange(agentId: string, change: (agent: Agent) => Agent | null): PendingChange["apply"] {
  return (lists) => ({
    ...lists,
    agents: lists.agents.flatMap((agent) => {
      if (agent.id !== agentId) return [agent];
      const next = change(agent);
      return next === null ? [] : [next];
    }),
  });
}

function replaced<Item extends { id: string }>(items: readonly Item[], item: Item): Item[] {
  return items.some((other) => other.id === item.id) ? changed(items, item.id, () => item) : [...items, item];
}

function saying(live: LiveLists, thing: string, lists: Partial<NewsLists>): LiveLists {
  return {
    ...live,
    said: { ...live.said, ...lists },
    revisions: { ...live.revisions, [thing]: revisionOf(live, thing) + 1 },
  };
}
