export const paletteStrings = {
  title: "Commands",
  placeholder: "Go to a session, or do something",
  none: "Nothing is called so.",
  sessions: "Sessions",
  commands: "Commands",
  keysTitle: "Keys of this page",
  keysAbout: "They can be changed in the settings.",
};
