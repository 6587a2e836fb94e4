import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { Tooltip } from "radix-ui";
import { expect, it } from "vitest";
import type { Repository } from "@/contracts/http";
import { emptyLists } from "@/lib/liveLists";
import { CreateSessionView } from "./CreateSessionDialog";

function repository(name: string, status: Repository["status"]): Repository {
  return {
    id: `rep_${name}`,
    owner: "local",
    name,
    provider: "git",
    hostId: "h",
    status,
    templateFiles: {},
    copyFiles: [],
    role: "owner",
    createdAt: "2026-01-01T00:00:00Z",
  };
}

it("begins with a repository that is there, not with one that was not cloned", () => {
  const repositories = [repository("broken", "failed"), repository("slow", "cloning"), repository("api", "ready")];
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { enabled: false } } })}>
      <Tooltip.Provider>
        <CreateSessionView lists={{ ...emptyLists, repositories }} onClose={() => {}} onCreate={async () => {}} />
      </Tooltip.Provider>
    </QueryClientProvider>,
  );

  expect(screen.getByRole("button", { name: /^Repository/ }).textContent).toContain("local/api");
});
