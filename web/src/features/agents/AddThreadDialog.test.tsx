import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { AddThreadView } from "./AddThreadDialog";

vi.mock("@tanstack/react-router", () => ({
  Link: ({ children }: { children: unknown }) => <a href="/">{children as string}</a>,
}));

function show(values: { program?: string | null; hasModels?: boolean } = {}) {
  const onAdd = vi.fn();
  const { program = "Claude Code", hasModels = true } = values;
  render(<AddThreadView initial="Thread 2" program={program} hasModels={hasModels} onAdd={onAdd} onClose={() => {}} />);
  return onAdd;
}

it("adds a thread of the agent's program, of the built-in agent, or a chat", async () => {
  const onAdd = show();
  expect(screen.getAllByRole("option").map((option) => option.textContent)).toEqual([
    "Claude Code",
    "Built-in agent",
    "Chat",
  ]);
  await userEvent.selectOptions(screen.getByLabelText("Who works in it"), "helix_agent");
  await userEvent.click(screen.getByRole("button", { name: "Add thread" }));

  expect(onAdd).toHaveBeenCalledWith("Thread 2", "helix_agent");
});

it("says what is missing where there is no model", async () => {
  const onAdd = show({ program: null, hasModels: false });

  expect(screen.getAllByRole("option").map((option) => option.textContent)).toEqual(["Built-in agent", "Chat"]);
  expect(screen.getByText(/needs a model provider/)).toBeDefined();
  expect(screen.getByRole("button", { name: "Add thread" })).toHaveProperty("disabled", true);
  expect(onAdd).not.toHaveBeenCalled();
});
