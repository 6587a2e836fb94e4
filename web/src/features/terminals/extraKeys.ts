/** What a phone's keyboard lacks, as the bytes a terminal expects. */
export type ExtraKey = "escape" | "tab" | "up" | "down" | "left" | "right";

export function bytesOf(key: ExtraKey, usesApplicationCursor: boolean): string {
  const arrow = (letter: string) => (usesApplicationCursor ? `\u001bO${letter}` : `\u001b[${letter}`);
  switch (key) {
    case "escape":
      return "\u001b";
    case "tab":
      return "\t";
    case "up":
      return arrow("A");
    case "down":
      return arrow("B");
    case "right":
      return arrow("C");
    case "left":
      return arrow("D");
  }
}

/** What a letter becomes when Ctrl was tapped before it: "c" is 0x03. Null where Ctrl means nothing. */
export function withControl(text: string): string | null {
  if (text.length !== 1) return null;
  const code = text.toUpperCase().charCodeAt(0);
  if (code >= 0x40 && code <= 0x5f) return String.fromCharCode(code - 0x40);
  if (text === " ") return "\0";
  if (text === "?") return "\u007f";
  return null;
}
