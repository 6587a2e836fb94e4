export const settingsStrings = {
  title: "Settings",
  sections: {
    you: "You",
    people: "People",
    repositories: "Repositories",
    programs: "Agent programs",
    models: "Models",
    appearance: "Appearance",
    shortcuts: "Shortcuts",
  },
  appearanceAbout: "Kept in this browser.",
  theme: "Theme",
  themes: [
    { value: "system", name: "As the system" },
    { value: "light", name: "Light" },
    { value: "dark", name: "Dark" },
  ],
  contrast: "Contrast",
  contrasts: [
    { value: "system", name: "As the system" },
    { value: "high", name: "High" },
  ],
  fontSize: "Terminal text",
  readsTerminals: "Terminals for screen readers",
  readsTerminalsAbout: "What terminals show can be read line by line, and new output is said aloud.",
  pixels: (size: number) => `${size} px`,
  shortcutsAbout:
    "Press a key, or two in a row. In a terminal, keys belong to the terminal; only chords marked so work there.",
  change: "Change",
  pressKeys: "Press keys…",
  reset: "Reset",
  resetAll: "Reset all",
};
