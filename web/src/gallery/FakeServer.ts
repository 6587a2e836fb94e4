import type { NewsLists } from "@/contracts/news";
import type { Viewer, WorkerServerMessage } from "@/contracts/workerSocket";
import { foundPlaces, inbox, inboxHistory, rules, servedAgents } from "./agentFixtures";
import { agentScreen, ago, branches, hosts, modelProviders, shellScreen } from "./fixtures";
import { reviewAnswer } from "./reviewFixtures";

export interface FakeServerOptions {
  lists: NewsLists | null;
  /** What the sockets and the stream do after they were live for a moment. */
  line: "live" | "lost";
  isSignedIn: boolean;
  viewers: readonly Viewer[];
  size?: { cols: number; rows: number };
  refusesDelete?: boolean;
  /** Whether messages can't be sent. */
  isAway?: boolean;
  mayRunPrograms?: boolean;
}

/** Answers the page in memory, for the gallery. Never part of the build. */
export function installFakeServer(options: FakeServerOptions): () => void {
  const realFetch = window.fetch;
  const realSocket = window.WebSocket;
  let streams = 0;
  window.fetch = async (input, init) => {
    const address = new URL(String(input instanceof Request ? input.url : input), location.href);
    if (!address.pathname.startsWith("/api/")) return realFetch(input, init);
    if (address.pathname === "/api/events/stream") {
      streams++;
      if (options.line === "lost" && streams > 1) throw new TypeError("Failed to fetch");
      return stream(options);
    }
    if (address.pathname.endsWith("/messages") && options.isAway) throw new TypeError("Failed to fetch");
    const follows = /^\/api\/agents\/([^/]+)\/events\/stream$/.exec(address.pathname);
    if (follows !== null) {
      if (options.line === "lost" && ++streams > 2) throw new TypeError("Failed to fetch");
      return agentStream(follows[1] ?? "", options);
    }
    return answer(address, init?.method ?? "GET", options);
  };
  window.WebSocket = fakeSocket(options);
  return () => {
    window.fetch = realFetch;
    window.WebSocket = realSocket;
  };
}

function stream(options: FakeServerOptions): Response {
  const body = new ReadableStream<Uint8Array>({
    start(writer) {
      if (options.lists === null) return;
      writer.enqueue(new TextEncoder().encode(`id: 1\nevent: snapshot\ndata: ${JSON.stringify(options.lists)}\n\n`));
      if (options.line === "lost") setTimeout(() => writer.close(), 50);
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

function agentStream(agentId: string, options: FakeServerOptions): Response {
  const later = servedAgents[agentId]?.later ?? [];
  const body = new ReadableStream<Uint8Array>({
    start(writer) {
      const say = (text: string) => writer.enqueue(new TextEncoder().encode(text));
      say(": \n\n");
      for (const [index, event] of later.entries()) {
        const text = `id: ${event.seq}\nevent: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`;
        setTimeout(() => say(text), index);
      }
      if (options.line === "lost") setTimeout(() => writer.close(), 50);
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

/** What the server says of agents; undefined where the address is another's. */
function agentAnswer(address: URL, method: string): Response | undefined {
  const path = address.pathname;
  if (path === "/api/agents/search") {
    const isFound = address.searchParams.get("q") !== "nowhere";
    return Response.json({ results: isFound ? foundPlaces : [], hasMore: isFound });
  }
  if (path === "/api/inbox") {
    const agent = address.searchParams.get("agent");
    const items = address.searchParams.get("state") === "over" ? inboxHistory : inbox;
    return Response.json({ items: items.filter((item) => agent === null || item.agent.id === agent) });
  }
  if (path === "/api/repositories/rep_api/permission-rules") return Response.json({ rules });
  if (path.endsWith("/permission-rules")) return Response.json({ rules: [] });
  if (path === "/api/me/notifications") {
    return Response.json({ webhook: true, kinds: ["permission", "question", "failed"], hasWebhook: true });
  }
  const [, agentId, rest] = /^\/api\/agents\/([^/]+)(.*)$/.exec(path) ?? [];
  if (agentId === undefined) return undefined;
  const served = servedAgents[agentId];
  if (served === undefined) return problem(404, "agent-not-found", "There is no such agent.");
  if (rest === "/events") {
    const before = Number(address.searchParams.get("before"));
    const limit = Number(address.searchParams.get("limit"));
    return Response.json({ events: served.events.filter((event) => event.seq < before).slice(-limit) });
  }
  const ofReview = method === "GET" ? reviewAnswer(agentId, rest ?? "") : undefined;
  if (ofReview !== undefined) return ofReview;
  if (method === "DELETE" && rest === "") {
    return problem(409, "session-has-unsaved-work", "The worktree has work that exists nowhere else.", {
      uncommittedFiles: 3,
      unpushedCommits: 2,
    });
  }
  return rest === "" ? Response.json(served.whole) : problem(409, "gallery", "The gallery only shows.");
}

function answer(address: URL, method: string, options: FakeServerOptions): Response {
  const path = address.pathname;
  if (path === "/api/me") {
    return options.isSignedIn
      ? Response.json({
          user: { id: "usr_1", displayName: "Ada Lovelace", isAdministrator: options.mayRunPrograms !== false },
          mayRunPrograms: options.mayRunPrograms !== false,
        })
      : problem(401, "not-signed-in", "You are not signed in.");
  }
  const ofAgents = agentAnswer(address, method);
  if (ofAgents !== undefined) return ofAgents;
  if (path === "/api/model-providers") {
    return Response.json({ modelProviders: options.lists?.repositories.length === 0 ? [] : modelProviders });
  }
  if (path.endsWith("/branches")) return Response.json({ branches, defaultBranch: "main" });
  if (path.endsWith("/directories")) {
    return Response.json({
      path: "/home/ada/code",
      parent: "/home/ada",
      entries: [
        { name: "api", path: "/home/ada/code/api", isRepository: true },
        { name: "notes", path: "/home/ada/code/notes" },
        { name: "site", path: "/home/ada/code/site", isRepository: true },
      ],
      truncated: false,
    });
  }
  if (path.endsWith("/worktrees")) {
    return Response.json({
      worktrees: [
        {
          path: "/srv/w/2",
          branch: "fix/login-redirect-loses-query-string",
          sessionIds: ["ses_login"],
          uncommittedFiles: 2,
          unpushedCommits: 0,
          diskBytes: 412_000_000,
          isSafeToRemove: false,
        },
        {
          path: "/srv/w/5",
          branch: "chore/upgrade-dependencies",
          sessionIds: [],
          uncommittedFiles: 0,
          unpushedCommits: 0,
          diskBytes: 398_000_000,
          isSafeToRemove: true,
        },
        {
          path: "/srv/w/7",
          branch: "spike/postgres-18",
          sessionIds: [],
          uncommittedFiles: 3,
          unpushedCommits: 2,
          diskBytes: 21_000_000,
          isSafeToRemove: false,
        },
      ],
    });
  }
  if (path === "/api/users") {
    return Response.json({
      users: [
        { id: "usr_1", displayName: "Ada Lovelace", isAdministrator: true },
        { id: "usr_2", displayName: "Grace Hopper", isAdministrator: false },
      ],
    });
  }
  if (path === "/api/invites") {
    return Response.json({ invites: [{ id: "inv_1", displayName: "Edsger", expiresAt: ago(-3000) }] });
  }
  if (path === "/api/tokens") {
    return Response.json({
      tokens: [
        { id: "tok_1", kind: "program", name: "laptop", createdAt: ago(9000), lastUsedAt: ago(12), isCurrent: false },
        { id: "tok_2", kind: "program", name: "nightly script", createdAt: ago(100), isCurrent: false },
      ],
    });
  }
  if (method === "DELETE" && path.startsWith("/api/sessions/") && options.refusesDelete) {
    return problem(409, "session-has-unsaved-work", "The worktree has work that exists nowhere else.", {
      uncommittedFiles: 3,
      unpushedCommits: 2,
    });
  }
  if (path === "/api/login") return problem(401, "link-not-valid", "This link is not valid any more.");
  return problem(404, "not-found", `There is no ${path} on ${hosts[0]?.name ?? "this host"}.`);
}

function problem(status: number, code: string, title: string, members: Record<string, unknown> = {}): Response {
  return Response.json({ type: `/problems/${code}`, title, status, ...members }, { status });
}

function fakeSocket(options: FakeServerOptions): typeof WebSocket {
  let opened = 0;
  class GallerySocket extends EventTarget {
    binaryType: BinaryType = "arraybuffer";
    onopen: ((event: Event) => void) | null = null;
    onmessage: ((event: MessageEvent) => void) | null = null;
    onclose: ((event: CloseEvent) => void) | null = null;

    constructor(address: string) {
      super();
      opened++;
      const isAgent = !address.includes("shell") && !address.includes("logs");
      const isLost = options.line === "lost" && opened > 1;
      const client = new URL(address).searchParams.get("client") ?? "";
      setTimeout(() => {
        if (isLost) {
          this.onclose?.(new CloseEvent("close", { code: 1006 }));
          return;
        }
        const size = options.size ?? { cols: 80, rows: 24 };
        this.say({ type: "attached", offset: 0, epoch: 1, end: 10, ...size, inputAck: 0, inputEpoch: 1 });
        this.say({ type: "snapshot", offset: 10, epoch: 1, ...size, data: isAgent ? agentScreen : shellScreen });
        this.say({
          type: "viewers",
          viewers: [...options.viewers, { client, userId: "usr_1", name: "Ada Lovelace", cols: 100, rows: 30 }],
        });
        if (options.line === "lost") setTimeout(() => this.onclose?.(new CloseEvent("close", { code: 1006 })), 150);
      }, 10);
    }

    send(): void {}

    close(): void {}

    private say(message: WorkerServerMessage): void {
      this.onmessage?.(new MessageEvent("message", { data: JSON.stringify(message) }));
    }
  }
  return GallerySocket as unknown as typeof WebSocket;
}
