import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  Link,
  lazyRouteComponent,
  Outlet,
  type RouterHistory,
  redirect,
} from "@tanstack/react-router";
import { InvitePage, LoginPage, meQuery } from "@/features/accounts";
import { AgentPage, AgentsPage, type AgentsSearch, agentsSearch } from "@/features/agents";
import { HomePage } from "@/features/dashboard";
import { HostsPage } from "@/features/hosts";
import { InboxPage } from "@/features/inbox";
import { ReviewPage } from "@/features/reviews";
import { SessionPage, SessionsPage } from "@/features/sessions";
import { SettingsPage, sectionOf } from "@/features/settings";
import { ProblemError, troubleOf } from "@/lib/api";
import { Button } from "@/ui/Button";
import { Empty } from "@/ui/Empty";
import { Shell } from "./Shell";
import { appStrings as strings } from "./strings";

const root = createRootRouteWithContext<{ client: QueryClient }>()({
  component: Outlet,
  notFoundComponent: MissingPage,
  errorComponent: BrokenPage,
});

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  validateSearch: (search): { next?: string } => (typeof search.next === "string" ? { next: search.next } : {}),
  component: function Login() {
    return <LoginPage next={login.useSearch().next} />;
  },
});

const invite = createRoute({ getParentRoute: () => root, path: "/invite", component: InvitePage });

const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  beforeLoad: async ({ context, location }) => {
    try {
      await context.client.ensureQueryData(meQuery);
    } catch (error) {
      if (error instanceof ProblemError && error.status === 401) {
        throw redirect({ to: "/login", search: { next: location.href } });
      }
      throw error;
    }
  },
  component: Shell,
  notFoundComponent: MissingPage,
  errorComponent: BrokenPage,
});

const home = createRoute({ getParentRoute: () => signedIn, path: "/", component: HomePage });

const sessions = createRoute({ getParentRoute: () => signedIn, path: "/sessions", component: SessionsPage });

const session = createRoute({
  getParentRoute: () => signedIn,
  path: "/sessions/$sessionId",
  validateSearch: (search): { worker?: string } => (typeof search.worker === "string" ? { worker: search.worker } : {}),
  component: function SessionRoute() {
    return <SessionPage sessionId={session.useParams().sessionId} workerId={session.useSearch().worker} />;
  },
});

const agents = createRoute({
  getParentRoute: () => signedIn,
  path: "/agents",
  validateSearch: (search): AgentsSearch => agentsSearch(search),
  component: function AgentsRoute() {
    return <AgentsPage search={agents.useSearch()} />;
  },
});

const agent = createRoute({
  getParentRoute: () => signedIn,
  path: "/agents/$agentId",
  validateSearch: (search): { thread?: string; at?: number } => ({
    ...(typeof search.thread === "string" ? { thread: search.thread } : {}),
    ...(typeof search.at === "number" ? { at: search.at } : {}),
  }),
  component: function AgentRoute() {
    const { agentId } = agent.useParams();
    const { thread, at } = agent.useSearch();
    return <AgentPage key={agentId} agentId={agentId} threadId={thread} at={at} />;
  },
});

const review = createRoute({
  getParentRoute: () => signedIn,
  path: "/agents/$agentId/review",
  validateSearch: (search): { turn?: string; file?: string } => ({
    ...(typeof search.turn === "string" ? { turn: search.turn } : {}),
    ...(typeof search.file === "string" ? { file: search.file } : {}),
  }),
  component: function ReviewRoute() {
    const { agentId } = review.useParams();
    const { turn, file } = review.useSearch();
    return <ReviewPage key={agentId} agentId={agentId} turnId={turn} file={file} />;
  },
});

const inbox = createRoute({
  getParentRoute: () => signedIn,
  path: "/inbox",
  validateSearch: (search): { item?: string } => (typeof search.item === "string" ? { item: search.item } : {}),
  component: function InboxRoute() {
    return <InboxPage itemId={inbox.useSearch().item} />;
  },
});

const hosts = createRoute({ getParentRoute: () => signedIn, path: "/hosts", component: HostsPage });

const settings = createRoute({
  getParentRoute: () => signedIn,
  path: "/settings",
  beforeLoad: () => {
    throw redirect({ to: "/settings/$section", params: { section: "you" } });
  },
});

const settingsSection = createRoute({
  getParentRoute: () => signedIn,
  path: "/settings/$section",
  component: function Settings() {
    return <SettingsPage section={sectionOf(settingsSection.useParams().section)} />;
  },
});

const pages = [
  login,
  invite,
  signedIn.addChildren([home, inbox, agents, agent, review, sessions, session, hosts, settings, settingsSection]),
] as const;

// The gallery exists in development alone; the build leaves it out with everything it imports.
const gallery = createRoute({
  getParentRoute: () => root,
  path: "/gallery",
  validateSearch: (search): { show?: string } => (typeof search.show === "string" ? { show: search.show } : {}),
  component: import.meta.env.DEV ? lazyRouteComponent(() => import("../gallery/GalleryPage")) : MissingPage,
});

export function createPageRouter(client: QueryClient, history?: RouterHistory) {
  return createRouter({
    routeTree: root.addChildren([...pages, gallery]),
    context: { client },
    ...(history === undefined ? {} : { history }),
    defaultPreload: false,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createPageRouter>;
  }
}

function MissingPage() {
  return (
    <main id="main" className="h-full flex-1 bg-surface">
      <h1 className="sr-only">{strings.missingTitle}</h1>
      <Empty
        title={strings.missingTitle}
        action={
          <Link to="/" className="font-medium text-accent hover:underline">
            {strings.toHome}
          </Link>
        }
      >
        {strings.missing}
      </Empty>
    </main>
  );
}

function BrokenPage({ error, reset }: { error: unknown; reset: () => void }) {
  const client = useQueryClient();
  const { title, detail } = troubleOf(error);
  return (
    <main id="main" className="h-full flex-1 bg-surface">
      <h1 className="sr-only">{strings.product}</h1>
      <Empty
        title={title}
        action={
          <Button
            look="primary"
            onClick={() => {
              void client.invalidateQueries(meQuery);
              reset();
              location.reload();
            }}
          >
            {strings.reload}
          </Button>
        }
      >
        {detail ?? strings.broken}
      </Empty>
    </main>
  );
}
