export const settingsSections = [
  "you",
  "notifications",
  "people",
  "repositories",
  "programs",
  "models",
  "appearance",
  "shortcuts",
] as const;

export type SettingsSection = (typeof settingsSections)[number];

export function sectionOf(text: string): SettingsSection {
  return settingsSections.find((section) => section === text) ?? "you";
}
