import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Tooltip } from "radix-ui";
import { expect, it, vi } from "vitest";
import type { Turn } from "@/contracts/http";
import { ConversationView, type ConversationViewProps } from "./ConversationView";
import type { Item } from "./threadReducer";

const turn: Turn = {
  id: "t",
  workSessionId: "w",
  state: "failed",
  attempt: 1,
  images: 0,
  text: "Add a flag",
  position: 1,
  createdAt: "2026-01-01T00:00:00Z",
  dispatchedAt: "2026-01-01T00:00:01Z",
  finishedAt: "2026-01-01T00:00:31Z",
  problem: "The program ended with code 1.",
};

const place = { at: "2026-01-01T00:00:02Z", turnId: "t" };

const items: Item[] = [
  { ...place, seq: 1, kind: "person", attempt: 1, images: 0, text: "Add a flag", createdBy: "ada" },
  { ...place, seq: 2, kind: "thought", messageId: null, parts: [{ type: "text", text: "A secret plan" }] },
  { ...place, seq: 3, kind: "message", messageId: null, parts: [{ type: "text", text: "I look." }] },
  {
    ...place,
    seq: 4,
    kind: "tool-call",
    endedAt: "2026-01-01T00:00:09Z",
    call: {
      toolCallId: "c",
      kind: "execute",
      status: "completed",
      rawInput: { command: "npm test" },
      content: [{ type: "content", content: { type: "text", text: "42 passed" } }],
    },
  },
  { ...place, seq: 5, kind: "turn-end", turn },
];

function show(props: Partial<ConversationViewProps> = {}) {
  render(
    <Tooltip.Provider>
      <ConversationView
        items={items}
        turns={new Map([["t", turn]])}
        requests={new Map()}
        who="Claude Code"
        folder={null}
        place="acme/api"
        nameOf={() => "Ada Lovelace"}
        canSteer
        starting={null}
        outgoing={[]}
        hasOlder={false}
        hotRequestId={null}
        imageOf={(turnId, index) => `/images/${turnId}/${index}`}
        onLoadOlder={async () => {}}
        onAnswer={async () => true}
        onRetry={() => {}}
        onSendAgain={() => {}}
        onDrop={() => {}}
        {...props}
      />
    </Tooltip.Provider>,
  );
}

it("shows who asked what and what was answered, thoughts and tool calls folded", async () => {
  show();

  expect(screen.getByRole("article", { name: "Ada Lovelace" }).textContent).toContain("Add a flag");
  expect(await screen.findByText("I look.")).toBeDefined();
  const line = screen.getByRole("button", { name: /^Run npm test/ });
  expect(line.textContent).toContain("7 s");
  expect(screen.queryByText("42 passed")).toBeNull();
  await userEvent.click(line);
  expect(screen.getByRole("group", { name: "Output" }).textContent).toBe("42 passed");
});

it("says why a turn failed, and tries it again", async () => {
  const onRetry = vi.fn();
  show({ onRetry });

  expect(screen.getByRole("alert").textContent).toContain("The program ended with code 1.");
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(onRetry).toHaveBeenCalledWith(turn);
});

it("offers no second try of what is tried again already", () => {
  show({ turns: new Map([["t", { ...turn, attempt: 2, state: "running" }]]) });

  expect(screen.queryByRole("button", { name: "Try again" })).toBeNull();
});

it("says of a message that it is not sent, and why", async () => {
  const onDrop = vi.fn();
  const message = { key: "k", agentId: "a", workSessionId: "w", text: "More", images: [], interrupt: false };
  show({
    onDrop,
    outgoing: [message, { ...message, key: "k2", text: "Even more", trouble: { title: "As many wait as can wait." } }],
  });

  expect(screen.getByText("Not sent yet")).toBeDefined();
  await userEvent.click(screen.getByRole("button", { name: "Drop" }));
  expect(onDrop).toHaveBeenCalledWith("k2");
});

it("teaches what to do while there is nothing", () => {
  show({ items: [] });

  expect(screen.getByRole("heading", { name: "Nothing has been said yet" })).toBeDefined();
});

it("shows the images that were sent with a message", () => {
  const [first, ...rest] = items;
  if (first?.kind !== "person") throw new Error("The first item is what a person said.");
  show({ items: [{ ...first, images: 2 }, ...rest] });

  expect(screen.getAllByRole("img", { name: /^Image \d$/ }).map((image) => image.getAttribute("src"))).toEqual([
    "/images/t/0",
    "/images/t/1",
  ]);
});

it("shows the line that an address names, once what comes before it is there", () => {
  const into = vi.fn();
  Element.prototype.scrollIntoView = into;
  const onLoadOlder = vi.fn(async () => {});
  show({ goTo: 2, firstSeq: 3, items: items.slice(2), hasOlder: true, onLoadOlder });
  expect(onLoadOlder).toHaveBeenCalled();
  expect(into).not.toHaveBeenCalled();

  cleanup();
  show({ goTo: 3, firstSeq: 1 });

  expect(into).toHaveBeenCalledWith({ block: "center" });
  expect(screen.getByText("I look.").closest("[aria-current=true]")).not.toBeNull();
});
