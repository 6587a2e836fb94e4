import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Tooltip } from "radix-ui";
import { expect, it, vi } from "vitest";
import { lists } from "@/gallery/fixtures";
import { CreateAgentView } from "./CreateAgentDialog";

function show() {
  const onCreate = vi.fn(async () => {});
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, enabled: false } } });
  render(
    <QueryClientProvider client={client}>
      <Tooltip.Provider>
        <CreateAgentView lists={lists} onClose={() => {}} onCreate={onCreate} />
      </Tooltip.Provider>
    </QueryClientProvider>,
  );
  return onCreate;
}

it("offers programs that can be an agent, and asks for what is missing", async () => {
  const onCreate = show();
  const names = screen.getAllByRole("option").map((option) => option.textContent);

  expect(names).toEqual(["Claude Code", "opencode", "Built-in agent", "Demo", "Gemini CLI (not installed)"]);
  await userEvent.click(screen.getByRole("button", { name: "Start agent" }));
  expect(screen.getByText("Say what is to be done.")).toBeDefined();
  expect(onCreate).not.toHaveBeenCalled();
});

it("gives the task to the chosen program in the chosen repository", async () => {
  const onCreate = show();
  await userEvent.selectOptions(screen.getByLabelText("Program"), "demo");
  await userEvent.type(screen.getByLabelText("Request"), "Add a flag");
  await userEvent.click(screen.getByRole("button", { name: "Start agent" }));

  expect(onCreate).toHaveBeenCalledWith({
    taskRequest: "Add a flag",
    repositoryId: "rep_api",
    agentProgramId: "demo",
  });
});
