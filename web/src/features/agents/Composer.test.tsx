import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Tooltip } from "radix-ui";
import { beforeEach, expect, it, vi } from "vitest";
import { Composer, type ComposerProps, drafts } from "./Composer";

beforeEach(() => drafts.set({}));

function show(props: Partial<ComposerProps>) {
  const onSend = vi.fn();
  const onStop = vi.fn();
  render(
    <Tooltip.Provider>
      <Composer
        threadId="w"
        who="Claude Code"
        isBusy={false}
        isStopping={false}
        takesImages
        onSend={onSend}
        onStop={onStop}
        {...props}
      />
    </Tooltip.Provider>,
  );
  return { onSend, onStop, field: screen.getByRole("textbox", { name: "Message" }) };
}

it("sends with the command key and Enter, and is empty afterwards", async () => {
  const { onSend, field } = show({});
  await userEvent.type(field, "Go on{Control>}{Enter}{/Control}");

  expect(onSend).toHaveBeenCalledWith("Go on", [], false);
  expect(field).toHaveProperty("value", "");
});

it("keeps what was begun, by thread", async () => {
  const { field } = show({});
  await userEvent.type(field, "half a thou");

  expect(drafts.get()).toEqual({ w: "half a thou" });
});

it("queues while a turn is under way, and interrupts only when it is told to", async () => {
  const { onSend, field } = show({ isBusy: true });
  await userEvent.type(field, "later");
  await userEvent.click(screen.getByRole("button", { name: "Queue" }));
  await userEvent.type(field, "now");
  await userEvent.click(screen.getByRole("button", { name: "Interrupt and send" }));

  expect(onSend.mock.calls).toEqual([
    ["later", [], false],
    ["now", [], true],
  ]);
});

it("stops by Escape only after asking", async () => {
  const { onStop, field } = show({ isBusy: true });
  await userEvent.type(field, "{Escape}");
  expect(onStop).not.toHaveBeenCalled();

  await userEvent.click(screen.getByRole("button", { name: "Stop", hidden: false }));
  expect(onStop).toHaveBeenCalledOnce();
});

it("sends nothing that is empty", async () => {
  const { onSend, field } = show({});
  await userEvent.type(field, "   {Control>}{Enter}{/Control}");

  expect(onSend).not.toHaveBeenCalled();
  expect(screen.getByRole("button", { name: "Send" })).toHaveProperty("disabled", true);
});
