import { useLiveChange, useTakeNews } from "@/app/live";
import type { CreateSession, CreateWorker, RepositoryRole, Session, Worker } from "@/contracts/http";
import { call, path } from "@/lib/api";
import { sessionChange } from "@/lib/liveLists";
import type { RemovalOptions } from "@/ui/RemovalDialog";
import { sessionStrings as strings } from "./strings";
import { removalQuery } from "./wouldLose";

interface SessionAnswer {
  session: Session;
}

const sessionNews = (answer: SessionAnswer | undefined) =>
  answer?.session === undefined ? null : ({ event: "session-changed", data: { session: answer.session } } as const);

function withWorkers(sessionId: string, change: (workers: Worker[]) => Worker[]) {
  return sessionChange(sessionId, (session) => ({ ...session, workers: change(session.workers) }));
}

/** Everything a page may do to a session; each answers at once and is taken back with a reason when it is refused. */
export function useSessionChanges() {
  const change = useLiveChange();
  const takeNews = useTakeNews();
  return {
    async create(request: CreateSession): Promise<Session> {
      const { session } = await call<SessionAnswer>("POST", "/api/sessions", request);
      takeNews({ event: "session-changed", data: { session } });
      return session;
    },

    rename: (session: Session, title: string) =>
      change({
        thing: session.id,
        apply: sessionChange(session.id, (each) => ({ ...each, title })),
        call: () => call<SessionAnswer>("PATCH", path`/api/sessions/${session.id}`, { title }),
        news: sessionNews,
        whenRefused: strings.rename.refused,
      }),

    share: (session: Session, sharedRole: RepositoryRole | "none") =>
      change({
        thing: session.id,
        apply: sessionChange(session.id, (each) => ({
          ...each,
          sharedRole: sharedRole === "none" ? null : sharedRole,
        })),
        call: () => call<SessionAnswer>("PATCH", path`/api/sessions/${session.id}`, { sharedRole }),
        news: sessionNews,
        whenRefused: strings.share.refused,
      }),

    restart: (session: Session) =>
      change({
        thing: session.id,
        apply: (lists) => lists,
        call: () => call<SessionAnswer>("POST", path`/api/sessions/${session.id}/restart`, {}),
        news: sessionNews,
        whenRefused: strings.restart.refused,
      }),

    async addWorker(session: Session, request: CreateWorker): Promise<Worker> {
      const { worker } = await call<{ worker: Worker }>("POST", path`/api/sessions/${session.id}/workers`, request);
      const workers = session.workers.some((each) => each.id === worker.id)
        ? session.workers
        : [...session.workers, worker];
      takeNews({ event: "session-changed", data: { session: { ...session, workers } } });
      return worker;
    },

    renameWorker: (session: Session, worker: Worker, name: string) =>
      change({
        thing: session.id,
        apply: withWorkers(session.id, (workers) =>
          workers.map((each) => (each.id === worker.id ? { ...each, name } : each)),
        ),
        call: () => call("PATCH", path`/api/sessions/${session.id}/workers/${worker.id}`, { name }),
        news: () => null,
        whenRefused: strings.workers.renameRefused,
      }),

    moveWorker: (session: Session, workerId: string, workers: Worker[]) =>
      change({
        thing: session.id,
        apply: withWorkers(session.id, () => workers),
        call: () =>
          call("PATCH", path`/api/sessions/${session.id}/workers/${workerId}`, {
            position: workers.findIndex((worker) => worker.id === workerId),
          }),
        news: () => null,
        whenRefused: strings.workers.moveRefused,
      }),

    removeWorker: (session: Session, worker: Worker) =>
      change({
        thing: session.id,
        apply: withWorkers(session.id, (workers) => workers.filter((each) => each.id !== worker.id)),
        call: () => call("DELETE", path`/api/sessions/${session.id}/workers/${worker.id}`),
        news: () => null,
        whenRefused: strings.workers.closeRefused,
      }),

    restartWorker: (session: Session, worker: Worker) =>
      change({
        thing: session.id,
        apply: withWorkers(session.id, (workers) =>
          workers.map((each) => (each.id === worker.id ? { ...each, status: "starting" } : each)),
        ),
        call: () => call("POST", path`/api/sessions/${session.id}/workers/${worker.id}/restart`, {}),
        news: () => null,
        whenRefused: strings.workers.restartRefused,
      }),
  };
}

/** Not optimistic: it may be refused for the work that would be lost, and that question belongs to the person. */
export function removeSession(sessionId: string, options: RemovalOptions = {}): Promise<void> {
  return call("DELETE", path`/api/sessions/${sessionId}` + removalQuery(options));
}
