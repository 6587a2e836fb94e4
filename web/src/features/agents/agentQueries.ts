import { queryOptions } from "@tanstack/react-query";
import { toast } from "sonner";
import { useLiveChange, useTakeNews } from "@/app/live";
import type {
  Agent,
  AgentSettings,
  AgentWithAll,
  AnswerRequest,
  CreateAgent,
  InboxItem,
  ProgramConversation,
  SendMessage,
  ThreadChange,
  Turn,
  WorkSession,
} from "@/contracts/http";
import { removalQuery } from "@/features/sessions";
import { call, path, troubleOf } from "@/lib/api";
import { agentChange } from "@/lib/liveLists";
import type { RemovalOptions } from "@/ui/RemovalDialog";
import { agentStrings as strings } from "./strings";

export const inboxQuery = queryOptions({
  queryKey: ["inbox", "open"],
  queryFn: async ({ signal }) =>
    (await call<{ items: InboxItem[] }>("GET", "/api/inbox?limit=500", undefined, signal)).items,
  refetchOnWindowFocus: true,
});

/** What an agent asks, anew whenever it asks something else. */
export const agentInboxQuery = (agentId: string, asked: readonly string[]) =>
  queryOptions({
    queryKey: ["inbox", "agent", agentId, ...asked],
    queryFn: async ({ signal }) =>
      (await call<{ items: InboxItem[] }>("GET", path`/api/inbox?agent=${agentId}`, undefined, signal)).items,
  });

const agentNews = (answer: AgentWithAll | undefined) =>
  answer?.agent === undefined ? null : ({ event: "agent-changed", data: { agent: answer.agent } } as const);

/** Everything a page may do to an agent as a whole; each answers at once and is taken back with a reason when it is refused. */
export function useAgentChanges() {
  const change = useLiveChange();
  const takeNews = useTakeNews();
  const set = (agent: Agent, settings: AgentSettings, shown: Partial<Agent>, whenRefused: string) =>
    change({
      thing: agent.id,
      apply: agentChange(agent.id, (each) => ({ ...each, ...shown })),
      call: () => call<AgentWithAll>("PATCH", path`/api/agents/${agent.id}`, settings),
      news: agentNews,
      whenRefused,
    });
  return {
    async create(request: CreateAgent): Promise<Agent> {
      const { agent } = await call<AgentWithAll>("POST", "/api/agents", request);
      takeNews({ event: "agent-changed", data: { agent } });
      return agent;
    },
    rename: (agent: Agent, title: string) => set(agent, { title }, { title }, strings.rename.refused),
    archive: (agent: Agent, archived: boolean) =>
      set(agent, { archived }, { archivedAt: archived ? new Date().toISOString() : null }, strings.archiveRefused),
    end: (agent: Agent, status: "completed" | "cancelled") =>
      set(agent, { status }, { status, activity: "done" }, strings.endRefused),
  };
}

/** Not optimistic: it may be refused for the work that would be lost, and that question belongs to the person. */
export function removeAgent(agentId: string, options: RemovalOptions = {}): Promise<void> {
  return call("DELETE", path`/api/agents/${agentId}` + removalQuery(options));
}

/** Sent again under the same key it is the same message, so that it may be sent as often as it takes. */
export async function sendMessage(agentId: string, message: SendMessage, key: string): Promise<Turn> {
  const answer = await call<{ turn: Turn }>("POST", path`/api/agents/${agentId}/messages`, message, undefined, {
    "idempotency-key": key,
  });
  return answer.turn;
}

export const moveTurn = (agentId: string, turnId: string, place: number) =>
  call<{ turn: Turn }>("PATCH", path`/api/agents/${agentId}/queue/${turnId}`, { place });

export const takeTurnBack = (agentId: string, turnId: string) =>
  call<{ turn: Turn }>("DELETE", path`/api/agents/${agentId}/queue/${turnId}`);

export const cancelTurn = (agentId: string, turnId: string) =>
  call<{ turn: Turn }>("POST", path`/api/agents/${agentId}/turns/${turnId}/cancel`, {});

export const retryTurn = (agentId: string, turnId: string) =>
  call<{ turn: Turn }>("POST", path`/api/agents/${agentId}/turns/${turnId}/retry`, {});

export async function addThread(agentId: string, name: string, agentType: string): Promise<WorkSession> {
  const body = { name, agentType };
  return (await call<{ workSession: WorkSession }>("POST", path`/api/agents/${agentId}/work-sessions`, body))
    .workSession;
}

/** Takes up a conversation that the program knows. */
export async function takeUpConversation(agentId: string, name: string, conversationId: string): Promise<WorkSession> {
  const body = { name, agentType: "zed_agent", conversationId };
  return (await call<{ workSession: WorkSession }>("POST", path`/api/agents/${agentId}/work-sessions`, body))
    .workSession;
}

export const conversationsQuery = (agentId: string) =>
  queryOptions({
    queryKey: ["agents", agentId, "conversations"],
    queryFn: async ({ signal }) =>
      (
        await call<{ conversations: ProgramConversation[] }>(
          "GET",
          path`/api/agents/${agentId}/conversations`,
          undefined,
          signal,
        )
      ).conversations,
    staleTime: 0,
    retry: false,
  });

export const setThread = (agentId: string, workSessionId: string, change: ThreadChange) =>
  call<{ workSession: WorkSession }>("PATCH", path`/api/agents/${agentId}/work-sessions/${workSessionId}`, change);

export const setProgramVariables = (programId: string, variables: Readonly<Record<string, string>>) =>
  call<unknown>("PATCH", path`/api/agent-programs/${programId}/environment`, { variables });

export const logProgramOut = (agentId: string) => call<unknown>("POST", path`/api/agents/${agentId}/logout`, {});

export const turnImage = (agentId: string, turnId: string, index: number): string =>
  path`/api/agents/${agentId}/turns/${turnId}/images/${`${index}`}`;

export const endThread = (agentId: string, workSessionId: string, how: "complete" | "cancel") =>
  call<{ workSession: WorkSession }>(
    "POST",
    `${path`/api/agents/${agentId}/work-sessions/${workSessionId}`}/${how}`,
    {},
  );

/** Answers what waits, by the id of the item or of its question. */
export async function answerRequest(id: string, answer: AnswerRequest): Promise<void> {
  await call("POST", path`/api/inbox/${id}/answer`, answer);
}

export async function dismissItem(id: string): Promise<void> {
  await call("POST", path`/api/inbox/${id}/dismiss`, {});
}

/** Says what did not happen, and why. */
export async function orSay(whenRefused: string, done: Promise<unknown>): Promise<boolean> {
  try {
    await done;
    return true;
  } catch (error) {
    const { title, detail } = troubleOf(error);
    toast.error(whenRefused, { description: detail === undefined ? title : `${title}. ${detail}` });
    return false;
  }
}
