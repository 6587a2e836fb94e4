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

it("offers the program's commands while a slash and the beginning of one stand there", async () => {
  const commands = [
    { name: "review", about: "Reviews", hint: "" },
    { name: "plan", about: "Plans", hint: "" },
  ];
  const { onSend, field } = show({ commands });
  await userEvent.type(field, "/");
  expect(screen.getAllByRole("option")).toHaveLength(2);
  await userEvent.keyboard("{ArrowDown}{Enter}");

  expect(field).toHaveProperty("value", "/plan ");
  expect(screen.queryByRole("listbox")).toBeNull();
  await userEvent.type(field, "it{Control>}{Enter}{/Control}");
  expect(onSend).toHaveBeenCalledWith("/plan it", [], false);
});

it("shows how the program works, and lets it be chosen", async () => {
  const onChoose = vi.fn();
  const model = {
    key: { kind: "option", id: "model" },
    name: "Model",
    about: undefined,
    value: "s",
    wanted: undefined,
    isSwitch: false,
    choices: [
      { value: "s", name: "Small", about: undefined, group: undefined },
      { value: "l", name: "Large", about: undefined, group: undefined },
    ],
  } as const;
  show({ settings: [model], onChoose });
  await userEvent.click(screen.getByRole("button", { name: "Model: Small" }));
  await userEvent.click(screen.getByRole("menuitem", { name: "Large" }));

  expect(onChoose).toHaveBeenCalledWith(model, "l");
});
