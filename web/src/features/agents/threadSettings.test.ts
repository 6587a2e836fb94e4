import { describe, expect, it } from "vitest";
import { commandsOf, completions, settingChange, settingsOf } from "./threadSettings";

const modes = [{ id: "ask", name: "Ask" }, { id: "https://x/code" }, { name: "no id" }];
const options = [
  {
    id: "model",
    name: "Model",
    type: "select",
    currentValue: "l",
    options: [{ group: "g", name: "Fast", options: [{ value: "l", name: "Large" }] }],
  },
  { id: "web", name: "Web", type: "boolean", currentValue: false },
  { id: "empty", options: [] },
  "nonsense",
];

describe("what a program lets a person choose", () => {
  it("has modes and options with what is wanted of them", () => {
    const settings = settingsOf({
      modes,
      currentModeId: "ask",
      wantedModeId: "https://x/code",
      configOptions: options,
      wantedOptions: { web: true },
    });
    expect(settings.map((one) => [one.name, one.value, one.wanted, one.choices.length])).toEqual([
      ["Mode", "ask", "https://x/code", 2],
      ["Model", "l", undefined, 1],
      ["Web", "false", "true", 2],
    ]);
    expect(settings[1]?.choices[0]).toEqual({ value: "l", name: "Large", about: undefined, group: "Fast" });
  });

  it("has the mode once where it is an option, too", () => {
    const settings = settingsOf({ modes, configOptions: [{ ...(options[0] as object), category: "mode" }] });
    expect(settings.map((one) => one.name)).toEqual(["Model"]);
  });

  it("is empty where the program has said nothing, or nonsense", () => {
    expect(settingsOf({})).toEqual([]);
    expect(settingsOf({ modes: { id: 1 }, configOptions: "x" })).toEqual([]);
    expect(commandsOf({ commands: [7, { name: "" }] })).toEqual([]);
  });

  it("is asked for as the server takes it", () => {
    const [mode, , web] = settingsOf({ modes, configOptions: options });
    expect(mode && settingChange(mode, "ask")).toEqual({ modeId: "ask" });
    expect(web && settingChange(web, "true")).toEqual({ options: { web: true } });
  });
});

describe("commands", () => {
  const commands = commandsOf({
    commands: [
      { name: "review", description: "Reviews", input: { hint: "what" } },
      { name: "pre-review" },
      { name: "plan" },
    ],
  });

  it("are offered while a slash and the beginning of a name stand there, those that begin so first", () => {
    expect(completions(commands, "/re").map((one) => one.name)).toEqual(["review", "pre-review"]);
    expect(completions(commands, "/")).toHaveLength(3);
    expect(completions(commands, "/review this")).toEqual([]);
    expect(completions(commands, "about /re")).toEqual([]);
  });
});
