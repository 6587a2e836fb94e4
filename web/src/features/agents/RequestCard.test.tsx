import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Tooltip } from "radix-ui";
import type { ReactNode } from "react";
import { expect, it, vi } from "vitest";
import type { AgentRequest } from "@/contracts/http";
import { RequestCard, type RequestCardProps } from "./RequestCard";

const permission: AgentRequest = {
  id: "r",
  what: "permission",
  state: "open",
  createdAt: "2026-01-01T00:00:00Z",
  payload: {
    toolCall: { toolCallId: "c", title: "Run tests", kind: "execute", rawInput: { command: "npm test" } },
    options: [
      { optionId: "n", name: "No", kind: "reject_once" },
      { optionId: "y", name: "Allow once", kind: "allow_once" },
    ],
  },
};

function show(props: Partial<RequestCardProps>) {
  const within = (children: ReactNode) => <Tooltip.Provider>{children}</Tooltip.Provider>;
  return render(
    within(
      <RequestCard
        request={permission}
        who="Claude Code"
        folder={null}
        place="acme/api"
        canAnswer
        onAnswer={async () => true}
        {...props}
      />,
    ),
  );
}

it("says who wants to do exactly what, and answers with the program's own options", async () => {
  const onAnswer = vi.fn(async () => true);
  show({ onAnswer });

  expect(screen.getByRole("heading", { name: "Claude Code wants to run" })).toBeDefined();
  expect(screen.getByText("npm test")).toBeDefined();
  await userEvent.click(screen.getByRole("button", { name: "Allow once" }));
  expect(onAnswer).toHaveBeenCalledWith({ optionId: "y" });
});

it("can be answered again when the answer did not count", async () => {
  show({ onAnswer: async () => false });
  await userEvent.click(screen.getByRole("button", { name: "No" }));

  expect(screen.getByRole("button", { name: "Allow once" }).hasAttribute("disabled")).toBe(false);
});

it("offers nothing to somebody who may only look", () => {
  show({ canAnswer: false });

  expect(screen.queryAllByRole("button")).toEqual([]);
  expect(screen.getByText("You may look at it, not answer.")).toBeDefined();
});

it("says who answered what", () => {
  const answer = { result: { outcome: { outcome: "selected", optionId: "n" } } };
  show({ request: { ...permission, state: "answered", answer }, answeredBy: "Grace Hopper" });

  expect(screen.getByText("Grace Hopper said no: No")).toBeDefined();
});

it("shows a change line by line", () => {
  const content = [{ type: "diff", path: "/w/a.ts", oldText: "one", newText: "two" }];
  show({
    folder: "/w",
    request: { ...permission, payload: { toolCall: { kind: "edit", content }, options: [] } },
  });

  expect(screen.getByRole("group", { name: "Changes in a.ts" }).textContent).toContain("two");
});

it("asks for what a question wants to know, and sends it in its types", async () => {
  const onAnswer = vi.fn(async () => true);
  show({
    onAnswer,
    request: {
      ...permission,
      what: "question",
      payload: {
        message: "Which port?",
        requestedSchema: { properties: { port: { type: "integer", title: "Port" } }, required: ["port"] },
      },
    },
  });
  await userEvent.click(screen.getByRole("button", { name: "Answer" }));
  expect(screen.getByText("is needed")).toBeDefined();

  await userEvent.type(screen.getByLabelText("Port"), "5432");
  await userEvent.click(screen.getByRole("button", { name: "Answer" }));
  expect(onAnswer).toHaveBeenCalledWith({ action: "accept", content: { port: 5432 } });
});

it("remembers an answer for the repository, as a whole or by its leading words", async () => {
  const onAnswer = vi.fn(async () => false);
  show({ onAnswer, remembers: { toolKind: "execute", text: "npm test", folder: "", words: ["npm test"] } });
  const fromNowOn = screen.getByRole("combobox", { name: "From now on, in this repository" });

  await userEvent.selectOptions(fromNowOn, "The same for: npm test");
  await userEvent.click(screen.getByRole("button", { name: "Allow once" }));
  await userEvent.selectOptions(fromNowOn, "The same for all that begins with: npm test");
  await userEvent.click(screen.getByRole("button", { name: "No" }));
  await userEvent.selectOptions(fromNowOn, "Ask again each time");
  await userEvent.click(screen.getByRole("button", { name: "No" }));

  expect(onAnswer.mock.calls).toEqual([
    [{ optionId: "y", remember: "repository" }],
    [{ optionId: "n", remember: "repository", pattern: "npm test" }],
    [{ optionId: "n" }],
  ]);
});

it("offers each way to log in, and asks for none where it was done elsewhere", async () => {
  const onAnswer = vi.fn(async () => false);
  const onSetVariables = vi.fn(async () => true);
  const methods = [
    { id: "oauth", name: "With a browser" },
    { id: "tty", name: "In a terminal", type: "terminal" },
    { id: "key", name: "A key", type: "env_var", vars: [{ name: "API_KEY", secret: true }] },
  ];
  show({
    request: { ...permission, what: "login", payload: { message: "Authentication required", methods } },
    onAnswer,
    onSetVariables,
  });

  expect(screen.getByRole("heading", { name: "Claude Code wants somebody to log in" })).toBeDefined();
  await userEvent.click(screen.getByRole("button", { name: "In a terminal" }));
  await userEvent.click(screen.getByRole("button", { name: "I have logged in elsewhere" }));
  await userEvent.type(screen.getByLabelText("API_KEY"), "secret");
  await userEvent.click(screen.getByRole("button", { name: "Use A key" }));

  expect(onSetVariables).toHaveBeenCalledWith({ API_KEY: "secret" });
  expect(onAnswer.mock.calls).toEqual([
    [{ action: "accept", content: { methodId: "tty" } }],
    [{ action: "accept", content: {} }],
    [{ action: "accept", content: {} }],
  ]);
});

it("shows an address to open, and opens none", async () => {
  const onAnswer = vi.fn(async () => true);
  show({
    request: {
      ...permission,
      what: "question",
      payload: { mode: "url", elicitationId: "e", url: "https://x.test/in", message: "Look there" },
    },
    onAnswer,
  });

  expect(screen.getByRole("link", { name: "https://x.test/in" }).getAttribute("rel")).toContain("noopener");
  await userEvent.click(screen.getByRole("button", { name: "I have done it" }));
  expect(onAnswer).toHaveBeenCalledWith({ action: "accept", content: {} });
});
