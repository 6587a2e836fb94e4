import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, RouterProvider } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { createPageRouter } from "@/app/router";
import { drafts } from "@/features/agents/Composer";
import { outgoing } from "@/features/agents/messages";
import { installFakeServer } from "./FakeServer";
import { lists } from "./fixtures";
import { type Stage, stages } from "./stages";

/** `/gallery` lists what there is; `/gallery?show=name` shows one thing alone, for looking and for screenshots. */
export default function GalleryPage() {
  const show = new URLSearchParams(location.search).get("show");
  const stage = stages.find((each) => each.name === show);
  if (stage !== undefined) return <OneStage stage={stage} />;
  return (
    <main className="h-full overflow-y-auto p-8">
      <h1 className="mb-4 text-xl font-semibold">Gallery</h1>
      <ul className="columns-3">
        {stages.map((each) => (
          <li key={each.name}>
            <a className="text-accent underline" href={`/gallery?show=${each.name}`}>
              {each.name}
            </a>
          </li>
        ))}
      </ul>
    </main>
  );
}

function OneStage({ stage }: { stage: Stage }) {
  return stage.kind === "sheet" ? stage.content() : <PageStage stage={stage} />;
}

function PageStage({ stage }: { stage: Extract<Stage, { kind: "page" }> }) {
  const [client] = useState(() => new QueryClient({ defaultOptions: { queries: { retry: false } } }));
  const [router] = useState(() => {
    // Links put their code behind the #, which a memory history does not show to the page.
    const hash = stage.path.split("#")[1];
    if (hash !== undefined) location.hash = hash;
    outgoing.set([]);
    drafts.set({});
    installFakeServer({ lists, line: "live", isSignedIn: true, viewers: [], ...stage.server });
    return createPageRouter(client, createMemoryHistory({ initialEntries: [stage.path] }));
  });
  useEffect(() => {
    const timer = setTimeout(() => stage.open?.(), 150);
    return () => clearTimeout(timer);
  }, [stage]);
  return (
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  );
}
