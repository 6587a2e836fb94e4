import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Tooltip } from "radix-ui";
import { expect, it, vi } from "vitest";
import type { Repository } from "@/contracts/http";
import { RepositoriesView } from "./RepositoriesSection";

const failed: Repository = {
  id: "rep_1",
  owner: "team",
  name: "lamp",
  provider: "git",
  hostId: "h",
  url: "https://example.org/team/lamp.git",
  status: "failed",
  problem: "The network is away",
  templateFiles: {},
  copyFiles: [],
  role: "owner",
  createdAt: "2026-01-01T00:00:00Z",
};

function show(repository: Repository, canAdd: boolean) {
  const onRetry = vi.fn();
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { enabled: false } } })}>
      <Tooltip.Provider>
        <RepositoriesView
          repositories={[repository]}
          hostId="h"
          canAdd={canAdd}
          onAdd={async () => {}}
          onRetry={onRetry}
          onSave={async () => {}}
          onRemove={() => {}}
        />
      </Tooltip.Provider>
    </QueryClientProvider>,
  );
  return onRetry;
}

it("what could not be cloned can be tried again", async () => {
  const onRetry = show(failed, true);

  await userEvent.click(screen.getByRole("button", { name: "Try again" }));

  expect(onRetry).toHaveBeenCalledWith(failed);
});

it("who may only watch neither tries again nor adds another", () => {
  show({ ...failed, role: "viewer" }, false);

  expect(screen.getByText("Not cloned: The network is away")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Try again" })).toBeNull();
  expect(screen.queryByRole("button", { name: "Add repository" })).toBeNull();
});
