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

function show(repositories: Repository[], mayRunPrograms: boolean) {
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { enabled: false } } })}>
      <Tooltip.Provider>
        <CreateSessionView
          lists={{ ...emptyLists, repositories }}
          mayRunPrograms={mayRunPrograms}
          onClose={() => {}}
          onCreate={async () => {}}
        />
      </Tooltip.Provider>
    </QueryClientProvider>,
  );
}

it("begins with a repository that is there, not with one that was not cloned", () => {
  show([repository("broken", "failed"), repository("slow", "cloning"), repository("api", "ready")], true);

  expect(screen.getByRole("button", { name: /^Repository/ }).textContent).toContain("local/api");
});

it("who may only watch a repository reads so, and is offered nothing", () => {
  show([{ ...repository("api", "ready"), role: "viewer" }], false);

  expect(screen.getByText("You may watch the repositories here, not work in them")).toBeTruthy();
  expect(screen.queryByRole("radio")).toBeNull();
  expect(screen.queryByRole("button", { name: "Create session" })).toBeNull();
});
