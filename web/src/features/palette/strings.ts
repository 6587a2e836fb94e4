export const paletteStrings = {
  title: "Commands",
  placeholder: "Go to an agent or a session, or do something",
  none: "Nothing is called so.",
  agents: "Agents",
  sessions: "Sessions",
  commands: "Commands",
  keysTitle: "Keys of this page",
  keysAbout: "They can be changed in the settings.",
};
