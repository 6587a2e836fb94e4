import { Outlet, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Suspense, useCallback, useEffect, useState } from "react";
import { AgentPane, CreateAgentDialog } from "@/features/agents";
import { DesktopNotifications, needingOf } from "@/features/inbox";
import { CommandPalette, KeysDialog, preloadPalette } from "@/features/palette";
import { CreateSessionDialog, firstWorker, grouped, SessionPane } from "@/features/sessions";
import { settingsSections, settingsStrings } from "@/features/settings";
import { appearance } from "@/lib/appearance";
import { ShortcutKeys } from "@/lib/shortcuts";
import { Skeleton } from "@/ui/Skeleton";
import { useShortcuts } from "@/ui/useShortcuts";
import { useStore } from "@/ui/useStore";
import { LiveNews } from "./LiveNews";
import { useLists } from "./live";
import { closeOverlay, overlay, useNavigation } from "./navigation";
import { Rail } from "./Rail";
import { StatusLine } from "./StatusLine";
import { appStrings as strings } from "./strings";

/** Everything around a page for somebody who is signed in. */
export function Shell() {
  const navigate = useNavigate();
  const { sessionId, agentId } = useParams({ strict: false });
  const { worker } = useSearch({ strict: false });
  const lists = useLists((all) => all);
  const needs = grouped(lists?.sessions ?? []).needs.length;
  const questions = needingOf(lists?.inboxItems ?? []).length;
  const session = lists?.sessions.find((each) => each.id === sessionId);
  const workerId = session?.workers.find((each) => each.id === worker)?.id ?? (session && firstWorker(session)?.id);
  useAttention(needs + questions);
  useGlobalKeys();
  const signedOut = useCallback(() => {
    void navigate({ to: "/login", search: { next: location.pathname + location.search } });
  }, [navigate]);
  return (
    <div className="flex h-full flex-col">
      <LiveNews onSignedOut={signedOut} />
      <DesktopNotifications />
      <a
        href="#main"
        className="absolute -top-10 left-2 z-60 rounded-md bg-accent-fill px-3 py-1.5 text-on-accent focus:top-2"
      >
        {strings.skip}
      </a>
      <div className="flex min-h-0 flex-1 max-md:flex-col-reverse">
        <Rail needs={needs} questions={questions} />
        <div className="flex min-h-0 min-w-0 flex-1 flex-col">
          <div className="flex min-h-0 flex-1">
            {sessionId === undefined ? null : <SessionPane current={sessionId} />}
            {agentId === undefined ? null : (
              <Suspense>
                <AgentPane current={agentId} />
              </Suspense>
            )}
            <Suspense fallback={<Skeleton />}>
              <Outlet />
            </Suspense>
          </div>
          <StatusLine workerId={workerId} />
        </div>
      </div>
      <Overlays />
      <Announcements needs={needs + questions} />
    </div>
  );
}

function Overlays() {
  return (
    <Suspense>
      <Overlay />
    </Suspense>
  );
}

function Overlay() {
  const open = useStore(overlay);
  if (open.kind === "create") return <CreateSessionDialog onClose={closeOverlay} />;
  if (open.kind === "create-agent") return <CreateAgentDialog onClose={closeOverlay} />;
  if (open.kind === "palette") return <CommandPalette onClose={closeOverlay} />;
  if (open.kind === "keys") return <KeysDialog onClose={closeOverlay} />;
  return null;
}

/** Says aloud when something new needs somebody. */
function Announcements({ needs }: { needs: number }) {
  return (
    <div role="status" aria-live="polite" className="sr-only">
      {needs > 0 ? strings.needsYou(needs) : ""}
    </div>
  );
}

/** The tab's title and icon say how much waits. */
function useAttention(needs: number): void {
  useEffect(() => {
    document.title = needs > 0 ? `(${needs}) ${strings.product}` : strings.product;
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (icon !== null) icon.href = needs > 0 ? "/favicon-attention.svg" : "/favicon.svg";
  }, [needs]);
}

function useGlobalKeys(): void {
  const navigate = useNavigate();
  const { openCreate, openCreateAgent, openKeys, openPalette } = useNavigation();
  const [keys] = useState(() => new ShortcutKeys());
  useEffect(() => {
    const timer = setTimeout(preloadPalette, 1_000);
    return () => clearTimeout(timer);
  }, []);
  useEffect(() => {
    const press = (event: KeyboardEvent) => void keys.take(event);
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [keys]);
  useShortcuts([
    { id: "palette", keys: "mod+k", name: strings.commands, group: strings.page, isGlobal: true, run: openPalette },
    { id: "keys", keys: "?", name: strings.keys, group: strings.page, run: openKeys },
    { id: "create", keys: "c", name: strings.newSession, group: strings.page, run: openCreate },
    { id: "create.agent", keys: "shift+c", name: strings.newAgent, group: strings.page, run: openCreateAgent },
    { id: "go.home", keys: "g h", name: strings.home, group: strings.go, run: () => void navigate({ to: "/" }) },
    { id: "go.inbox", keys: "g i", name: strings.inbox, group: strings.go, run: () => void navigate({ to: "/inbox" }) },
    {
      id: "go.agents",
      keys: "g a",
      name: strings.agents,
      group: strings.go,
      run: () => void navigate({ to: "/agents" }),
    },
    {
      id: "go.sessions",
      keys: "g s",
      name: strings.sessions,
      group: strings.go,
      run: () => void navigate({ to: "/sessions" }),
    },
    { id: "go.hosts", keys: "g o", name: strings.hosts, group: strings.go, run: () => void navigate({ to: "/hosts" }) },
    {
      id: "go.settings",
      keys: "g ,",
      name: strings.settings,
      group: strings.go,
      run: () => void navigate({ to: "/settings" }),
    },
    ...settingsSections.map((section) => ({
      id: `settings.${section}`,
      keys: "",
      name: `${strings.settings}: ${settingsStrings.sections[section]}`,
      group: strings.go,
      run: () => void navigate({ to: "/settings/$section", params: { section } }),
    })),
    ...(["system", "light", "dark"] as const).map((theme) => ({
      id: `theme.${theme}`,
      keys: "",
      name: strings.themes[theme],
      group: strings.page,
      run: () => appearance.set({ ...appearance.get(), theme }),
    })),
    {
      id: "contrast",
      keys: "",
      name: strings.highContrast,
      group: strings.page,
      run: () => {
        const now = appearance.get();
        appearance.set({ ...now, contrast: now.contrast === "high" ? "system" : "high" });
      },
    },
    { id: "list.next", keys: "j", name: strings.nextRow, group: strings.page, run: () => moveFocus(1) },
    { id: "list.previous", keys: "k", name: strings.previousRow, group: strings.page, run: () => moveFocus(-1) },
  ]);
}

/** j and k walk the session rows of a page; Enter opens, as for any link. */
function moveFocus(step: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>("main li > a")];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step;
  rows[Math.max(0, Math.min(rows.length - 1, next))]?.focus();
}
