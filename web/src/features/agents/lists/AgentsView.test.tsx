import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Tooltip } from "radix-ui";
import { expect, it, vi } from "vitest";
import type { Agent } from "@/contracts/http";
import { AgentsView, type AgentsViewProps } from "./AgentsView";

const agent: Agent = {
  id: "agt_1",
  title: "Add a flag",
  taskRequest: "Add a flag",
  status: "active",
  activity: "working",
  doing: "working",
  agentProgramId: "claude",
  userId: "ada",
  role: "owner",
  openRequests: 0,
  queuedTurns: 0,
  createdAt: "2026-01-01T00:00:00Z",
};

function show(props: Partial<AgentsViewProps> = {}) {
  const view = () => (
    <AgentsView
      lists={{ agents: [agent], agentPrograms: [], repositories: [] }}
      search={{}}
      me="ada"
      users={[]}
      onSearch={() => {}}
      onCreate={() => {}}
      onArchive={() => {}}
      onArchiveAll={() => {}}
      {...props}
    />
  );
  const router = createRouter({
    routeTree: createRootRoute({ component: view }),
    history: createMemoryHistory({ initialEntries: ["/"] }),
  });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Tooltip.Provider>
        <RouterProvider router={router as never} />
      </Tooltip.Provider>
    </QueryClientProvider>,
  );
}

it("keeps what narrows the list in the address", async () => {
  const onSearch = vi.fn();
  show({ onSearch, search: { who: "all" } });
  const user = userEvent.setup();
  await user.selectOptions(await screen.findByRole("combobox", { name: "State" }), "Needs you");
  await user.click(screen.getByRole("checkbox", { name: "Archived too" }));
  await user.click(screen.getByRole("button", { name: "Board" }));
  await user.click(screen.getByRole("button", { name: "My agents" }));
  expect(onSearch.mock.calls.map(([part]) => part)).toEqual([
    { state: "needs" },
    { archived: true },
    { view: "board" },
    { who: undefined, person: undefined },
  ]);
});

it("says that there are others' where none is one's own", async () => {
  const onSearch = vi.fn();
  show({ onSearch, me: "grace" });
  await userEvent.click(await screen.findByRole("button", { name: "Show all agents" }));
  expect(onSearch).toHaveBeenCalledWith({ who: "all" });
});

it("shows the agents that are called so, and sets one aside from its menu", async () => {
  const onArchive = vi.fn();
  show({ search: { q: "f" }, onArchive });
  const found = await screen.findByRole("region", { name: "Agents" });
  expect(
    within(found)
      .getByRole("link", { name: /Add a flag/ })
      .getAttribute("href"),
  ).toBe("/agents/agt_1");
  const user = userEvent.setup();
  await user.click(within(found).getByRole("button", { name: "More about Add a flag" }));
  await user.click(await screen.findByRole("menuitem", { name: /Archive/ }));
  expect(onArchive).toHaveBeenCalledWith(agent);
});
