import type { ReactNode } from "react";
import { overlay } from "@/app/navigation";
import type { Viewer } from "@/contracts/workerSocket";
import { drafts } from "@/features/agents/Composer";
import { outgoing } from "@/features/agents/messages";
import { Components } from "./Components";
import type { FakeServerOptions } from "./FakeServer";
import { emptyServer, lists, manySessions } from "./fixtures";

/** One thing to look at: a page at an address with a server behind it, or a sheet of components. */
export type Stage =
  | { name: string; kind: "page"; path: string; server?: Partial<FakeServerOptions>; open?: () => void }
  | { name: string; kind: "sheet"; content: () => ReactNode };

const grace: Viewer = { client: "other", userId: "usr_2", name: "Grace Hopper", cols: 72, rows: 20 };

export const stages: readonly Stage[] = [
  { name: "home", kind: "page", path: "/" },
  { name: "home-empty", kind: "page", path: "/", server: { lists: emptyServer } },
  { name: "home-loading", kind: "page", path: "/", server: { lists: null } },
  { name: "inbox", kind: "page", path: "/inbox" },
  { name: "inbox-item", kind: "page", path: "/inbox?item=inb_4" },
  { name: "inbox-empty", kind: "page", path: "/inbox", server: { lists: emptyServer } },
  { name: "agents", kind: "page", path: "/agents" },
  { name: "agents-many", kind: "page", path: "/agents", server: { lists: manySessions(500) } },
  { name: "agents-all", kind: "page", path: "/agents?who=all&archived=true" },
  { name: "agents-filtered", kind: "page", path: "/agents?who=all&person=usr_2&state=failed" },
  { name: "agents-board", kind: "page", path: "/agents?view=board&who=all" },
  {
    name: "agents-board-many",
    kind: "page",
    path: "/agents?view=board",
    server: { lists: manySessions(500) },
  },
  { name: "agents-search", kind: "page", path: "/agents?who=all&q=export" },
  { name: "agents-search-none", kind: "page", path: "/agents?q=nowhere" },
  { name: "agents-empty", kind: "page", path: "/agents", server: { lists: emptyServer } },
  { name: "agents-loading", kind: "page", path: "/agents", server: { lists: null } },
  { name: "agent", kind: "page", path: "/agents/agt_flag" },
  {
    name: "agent-opened",
    kind: "page",
    path: "/agents/agt_flag",
    open: () => when(hasConversation, openLines),
  },
  { name: "agent-streaming", kind: "page", path: "/agents/agt_login" },
  { name: "agent-starting", kind: "page", path: "/agents/agt_new" },
  { name: "agent-long", kind: "page", path: "/agents/agt_docs" },
  { name: "agent-found", kind: "page", path: "/agents/agt_docs?thread=wks_main&at=475" },
  { name: "agent-failed", kind: "page", path: "/agents/agt_failed" },
  { name: "agent-login", kind: "page", path: "/agents/agt_signin" },
  { name: "agent-commands", kind: "page", path: "/agents/agt_flag", open: () => drafts.set({ wks_main: "/" }) },
  { name: "agent-done", kind: "page", path: "/agents/agt_done" },
  { name: "agent-thread-empty", kind: "page", path: "/agents/agt_flag?thread=wks_review" },
  { name: "agent-built-in", kind: "page", path: "/agents/agt_done?thread=wks_built_in" },
  {
    name: "agent-add-thread",
    kind: "page",
    path: "/agents/agt_docs",
    open: () => when(hasConversation, () => button("Add a thread")?.click()),
  },
  { name: "agent-missing", kind: "page", path: "/agents/nowhere" },
  { name: "agent-reconnecting", kind: "page", path: "/agents/agt_flag", server: { line: "lost" } },
  { name: "agent-viewer", kind: "page", path: "/agents/agt_flag", server: { lists: asViewer() } },
  {
    name: "agent-not-sent",
    kind: "page",
    path: "/agents/agt_docs",
    server: { isAway: true },
    open: () => when(hasConversation, sendSomething),
  },
  { name: "agent-delete", kind: "page", path: "/agents/agt_docs", open: () => when(hasConversation, deleteIt) },
  { name: "review", kind: "page", path: "/agents/agt_docs/review" },
  { name: "review-empty", kind: "page", path: "/agents/agt_flag/review" },
  { name: "review-viewer", kind: "page", path: "/agents/agt_docs/review", server: { lists: asViewer() } },
  {
    name: "review-land",
    kind: "page",
    path: "/agents/agt_docs/review",
    open: () => when(hasDiff, () => button("Land…")?.click()),
  },
  { name: "review-conflicts", kind: "page", path: "/agents/agt_done/review" },
  {
    name: "review-comment",
    kind: "page",
    path: "/agents/agt_docs/review",
    open: () => when(hasDiff, () => button("Comment on line 12")?.click()),
  },
  { name: "create-agent", kind: "page", path: "/agents", open: () => overlay.set({ kind: "create-agent" }) },
  {
    name: "create-agent-empty",
    kind: "page",
    path: "/agents",
    server: { lists: emptyServer },
    open: () => overlay.set({ kind: "create-agent" }),
  },
  { name: "sessions", kind: "page", path: "/sessions" },
  { name: "sessions-many", kind: "page", path: "/sessions", server: { lists: manySessions(500) } },
  { name: "sessions-empty", kind: "page", path: "/sessions", server: { lists: emptyServer } },
  { name: "session", kind: "page", path: "/sessions/ses_login" },
  { name: "session-shell", kind: "page", path: "/sessions/ses_login?worker=wrk_login_shell" },
  {
    name: "session-shared",
    kind: "page",
    path: "/sessions/ses_login",
    server: { viewers: [grace], size: { cols: 72, rows: 20 } },
  },
  { name: "session-lost", kind: "page", path: "/sessions/ses_lost" },
  { name: "session-ended", kind: "page", path: "/sessions/ses_done" },
  { name: "session-reconnecting", kind: "page", path: "/sessions/ses_login", server: { line: "lost" } },
  { name: "session-empty", kind: "page", path: "/sessions/ses_empty" },
  { name: "session-starting", kind: "page", path: "/sessions/ses_starting" },
  { name: "session-missing", kind: "page", path: "/sessions/nowhere" },
  { name: "session-moved", kind: "page", path: "/sessions/agt_done" },
  { name: "session-viewer", kind: "page", path: "/sessions/ses_login", server: { lists: asViewer() } },
  { name: "create", kind: "page", path: "/", open: () => overlay.set({ kind: "create" }) },
  {
    name: "create-empty",
    kind: "page",
    path: "/",
    server: { lists: emptyServer },
    open: () => overlay.set({ kind: "create" }),
  },
  {
    name: "create-viewer",
    kind: "page",
    path: "/",
    server: { lists: asViewer(), mayRunPrograms: false },
    open: () => overlay.set({ kind: "create" }),
  },
  { name: "palette", kind: "page", path: "/", open: () => overlay.set({ kind: "palette" }) },
  { name: "keys", kind: "page", path: "/", open: () => overlay.set({ kind: "keys" }) },
  { name: "hosts", kind: "page", path: "/hosts" },
  { name: "settings-you", kind: "page", path: "/settings/you" },
  { name: "settings-notifications", kind: "page", path: "/settings/notifications" },
  { name: "settings-people", kind: "page", path: "/settings/people" },
  { name: "settings-repositories", kind: "page", path: "/settings/repositories" },
  { name: "settings-programs", kind: "page", path: "/settings/programs" },
  { name: "settings-models", kind: "page", path: "/settings/models" },
  { name: "settings-models-empty", kind: "page", path: "/settings/models", server: { lists: emptyServer } },
  {
    name: "settings-models-add",
    kind: "page",
    path: "/settings/models",
    open: () =>
      when(
        () => button("Add provider") !== undefined,
        () => button("Add provider")?.click(),
      ),
  },
  { name: "settings-appearance", kind: "page", path: "/settings/appearance" },
  { name: "settings-shortcuts", kind: "page", path: "/settings/shortcuts" },
  { name: "login", kind: "page", path: "/login", server: { isSignedIn: false } },
  { name: "login-used-link", kind: "page", path: "/login#code=old", server: { isSignedIn: false } },
  { name: "invite", kind: "page", path: "/invite#code=x", server: { isSignedIn: false } },
  { name: "missing", kind: "page", path: "/somewhere/else" },
  { name: "components", kind: "sheet", content: () => <Components /> },
];

/** Acts once the page has what it asks its server for. */
function when(isThere: () => boolean, act: () => void): void {
  const timer = setInterval(() => {
    if (!isThere()) return;
    clearInterval(timer);
    act();
  }, 20);
}

const hasConversation = () => document.querySelector('[role="log"]') !== null;

function openLines(): void {
  for (const line of document.querySelectorAll<HTMLElement>('[role="log"] [aria-expanded="false"]')) line.click();
}

const hasDiff = () => document.querySelector("[data-file]") !== null;

function asViewer() {
  return {
    ...lists,
    agents: lists.agents.map((agent) => ({ ...agent, role: "viewer" as const })),
    sessions: lists.sessions.map((session) => ({ ...session, role: "viewer" as const })),
  };
}

function button(name: string | RegExp): HTMLElement | undefined {
  return [...document.querySelectorAll<HTMLElement>("button, [role=menuitem]")].find((each) => {
    const own = each.getAttribute("aria-label") ?? each.textContent ?? "";
    return typeof name === "string" ? own === name : name.test(own);
  });
}

function sendSomething() {
  outgoing.set([
    {
      key: "k1",
      agentId: "agt_docs",
      workSessionId: "wks_main",
      text: "Add the CSV format too.",
      images: [],
      interrupt: false,
    },
    {
      key: "k2",
      agentId: "agt_docs",
      workSessionId: "wks_main",
      text: "And the XML one.",
      images: [],
      interrupt: false,
      trouble: { title: "As many turns wait as can wait.", detail: "Take some back first, or wait." },
    },
  ]);
}

function deleteIt() {
  button(/^More about/)?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  const press = (name: string) =>
    when(
      () => button(name) !== undefined,
      () => button(name)?.click(),
    );
  press("Delete agent…");
  press("Delete agent");
}
