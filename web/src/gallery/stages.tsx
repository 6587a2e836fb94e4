import type { ReactNode } from "react";
import { overlay } from "@/app/navigation";
import type { Viewer } from "@/contracts/workerSocket";
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
  { name: "settings-people", kind: "page", path: "/settings/people" },
  { name: "settings-repositories", kind: "page", path: "/settings/repositories" },
  { name: "settings-programs", kind: "page", path: "/settings/programs" },
  { name: "settings-appearance", kind: "page", path: "/settings/appearance" },
  { name: "settings-shortcuts", kind: "page", path: "/settings/shortcuts" },
  { name: "login", kind: "page", path: "/login", server: { isSignedIn: false } },
  { name: "login-used-link", kind: "page", path: "/login#code=old", server: { isSignedIn: false } },
  { name: "invite", kind: "page", path: "/invite#code=x", server: { isSignedIn: false } },
  { name: "missing", kind: "page", path: "/somewhere/else" },
  { name: "components", kind: "sheet", content: () => <Components /> },
];

function asViewer() {
  return { ...lists, sessions: lists.sessions.map((session) => ({ ...session, role: "viewer" as const })) };
}
