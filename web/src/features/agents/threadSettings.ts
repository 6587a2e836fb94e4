import type { WorkSession } from "@/contracts/http";

/** Something that a program lets a person choose for a thread. */
export interface ThreadSetting {
  /** What it is called when it is changed: the mode, or the id of an option. */
  key: { kind: "mode" } | { kind: "option"; id: string };
  name: string;
  about: string | undefined;
  choices: readonly SettingChoice[];
  /** The current choice; a switch has the choices true and false. */
  value: string | undefined;
  /** What is wanted and not so yet. */
  wanted: string | undefined;
  isSwitch: boolean;
}

export interface SettingChoice {
  value: string;
  name: string;
  about: string | undefined;
  /** Heading it stands under. */
  group: string | undefined;
}

/** A command that a message may begin with. */
export interface ThreadCommand {
  name: string;
  about: string;
  /** What is typed behind it. */
  hint: string;
}

/** What can be chosen, as the program has said it. Programs differ: what cannot be read is left out. */
export function settingsOf(
  workSession: Pick<WorkSession, "modes" | "currentModeId" | "wantedModeId" | "configOptions" | "wantedOptions">,
): ThreadSetting[] {
  const options = objects(workSession.configOptions).flatMap((option) => optionSetting(option, workSession));
  const hasModeOption = objects(workSession.configOptions).some((option) => option.category === "mode");
  const modes = objects(workSession.modes).flatMap((mode) => choice(mode, "id", undefined));
  if (modes.length === 0 || hasModeOption) return options;
  const mode: ThreadSetting = {
    key: { kind: "mode" },
    name: "Mode",
    about: undefined,
    choices: modes,
    value: workSession.currentModeId ?? undefined,
    wanted: workSession.wantedModeId ?? undefined,
    isSwitch: false,
  };
  return [mode, ...options];
}

function optionSetting(
  option: Readonly<Record<string, unknown>>,
  { wantedOptions }: Pick<WorkSession, "wantedOptions">,
): ThreadSetting[] {
  const { id, name } = option;
  if (typeof id !== "string") return [];
  const wanted = isObject(wantedOptions) ? textOf(wantedOptions[id]) : undefined;
  const common = {
    key: { kind: "option", id } as const,
    name: typeof name === "string" ? name : id,
    about: textOf(option.description),
    value: textOf(option.currentValue),
    wanted,
  };
  if (option.type === "boolean" || typeof option.currentValue === "boolean") {
    const choices = ["true", "false"].map((value) => ({ value, name: value, about: undefined, group: undefined }));
    return [{ ...common, choices, isSwitch: true }];
  }
  const choices = objects(option.options).flatMap((one) =>
    Array.isArray(one.options)
      ? objects(one.options).flatMap((grouped) => choice(grouped, "value", textOf(one.name) ?? textOf(one.group)))
      : choice(one, "value", undefined),
  );
  return choices.length === 0 ? [] : [{ ...common, choices, isSwitch: false }];
}

function choice(
  one: Readonly<Record<string, unknown>>,
  member: "id" | "value",
  group: string | undefined,
): SettingChoice[] {
  const value = one[member];
  return typeof value === "string"
    ? [{ value, name: textOf(one.name) ?? value, about: textOf(one.description), group }]
    : [];
}

export function commandsOf(workSession: Pick<WorkSession, "commands">): ThreadCommand[] {
  return objects(workSession.commands).flatMap(({ name, description, input }) =>
    typeof name === "string" && name !== ""
      ? [{ name, about: textOf(description) ?? "", hint: isObject(input) ? (textOf(input.hint) ?? "") : "" }]
      : [],
  );
}

/** Commands that what is typed may become: as long as it is a slash and the beginning of a name. */
export function completions(commands: readonly ThreadCommand[], text: string): ThreadCommand[] {
  const typed = /^\/(\S*)$/.exec(text)?.[1]?.toLowerCase();
  if (typed === undefined) return [];
  const named = commands.filter((command) => command.name.toLowerCase().includes(typed));
  return named.toSorted(
    (a, b) => Number(b.name.toLowerCase().startsWith(typed)) - Number(a.name.toLowerCase().startsWith(typed)),
  );
}

/** What the server takes for a choice: the words of a switch become what they say. */
export function settingChange(setting: ThreadSetting, value: string) {
  if (setting.key.kind === "mode") return { modeId: value };
  return { options: { [setting.key.id]: setting.isSwitch ? value === "true" : value } };
}

function objects(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : typeof value === "boolean" ? `${value}` : undefined;
}
