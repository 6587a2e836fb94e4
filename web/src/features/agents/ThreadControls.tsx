import { Check, ChevronDown } from "lucide-react";
import { Button } from "@/ui/Button";
import { Menu, type MenuEntry } from "@/ui/Menu";
import { agentStrings } from "./strings";
import type { ThreadSetting } from "./threadSettings";

const strings = agentStrings.settings;

export interface ThreadControlsProps {
  settings: readonly ThreadSetting[];
  onChoose: (setting: ThreadSetting, value: string) => void;
}

/** How the program works: its mode, its model, and whatever else it lets a person choose. */
export function ThreadControls({ settings, onChoose }: ThreadControlsProps) {
  return settings.map((setting) => (
    <Menu
      key={setting.key.kind === "mode" ? "mode" : `option/${setting.key.id}`}
      align="start"
      trigger={
        <Button
          look="plain"
          title={setting.about}
          aria-label={strings.label(setting.name, shownValue(setting))}
          aria-busy={setting.wanted !== undefined || undefined}
          className="max-w-44 px-1.5! text-xs!"
        >
          <span className="min-w-0 truncate">
            {setting.isSwitch ? `${setting.name}: ${shownValue(setting)}` : shownValue(setting)}
          </span>
          <ChevronDown size={12} aria-hidden className="shrink-0" />
        </Button>
      }
      entries={entriesOf(setting, onChoose)}
    />
  ));
}

function shownValue(setting: ThreadSetting): string {
  const value = setting.wanted ?? setting.value;
  return (
    nameOf(
      setting,
      setting.choices.find((choice) => choice.value === value),
    ) ??
    value ??
    setting.name
  );
}

function nameOf(setting: ThreadSetting, choice: { value: string; name: string } | undefined): string | undefined {
  if (choice === undefined) return undefined;
  return setting.isSwitch ? (choice.value === "true" ? strings.on : strings.off) : choice.name;
}

function entriesOf(setting: ThreadSetting, onChoose: ThreadControlsProps["onChoose"]): MenuEntry[] {
  const current = setting.wanted ?? setting.value;
  const entries: MenuEntry[] = [{ kind: "heading", name: setting.name }];
  let group: string | undefined;
  for (const choice of setting.choices) {
    if (choice.group !== group && choice.group !== undefined) entries.push({ kind: "heading", name: choice.group });
    group = choice.group;
    entries.push({
      name: nameOf(setting, choice) ?? choice.value,
      icon: <Check size={14} aria-hidden className={choice.value === current ? "" : "invisible"} />,
      onSelect: () => onChoose(setting, choice.value),
    });
  }
  return entries;
}
