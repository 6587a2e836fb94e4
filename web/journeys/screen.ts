import type { Terminal } from "@xterm/xterm";

/** What one terminal of the page shows, so that two moments of it can be compared. */
export interface Screen {
  size: string;
  kind: "normal" | "alternate";
  cursor: string;
  /** Lines with their looks in braces, the last of the scroll-back before the screen. */
  lines: string[];
}

/** Runs in the page: reads xterm's buffer. */
export function readScreen(region: Element): Screen {
  const box = [...region.querySelectorAll("div")].find((each) => "terminal" in each) as unknown as {
    terminal: Terminal;
  };
  const { terminal } = box;
  const { active } = terminal.buffer;
  const lines: string[] = [];
  for (let row = Math.max(0, active.baseY - 100); row < active.baseY + terminal.rows; row++) {
    const line = active.getLine(row);
    let text = line?.isWrapped ? "~" : "";
    let look = "";
    for (let column = 0; column < terminal.cols; column++) {
      const cell = line?.getCell(column);
      if (cell === undefined) continue;
      const flags = [cell.isBold(), cell.isItalic(), cell.isDim(), cell.isUnderline(), cell.isInverse()];
      const colours = [cell.getFgColorMode(), cell.getFgColor(), cell.getBgColorMode(), cell.getBgColor()];
      const isBlank = cell.getChars().trim() === "";
      // Of an empty cell only the background can be seen.
      const now = isBlank && !cell.isInverse() ? `${colours.slice(2)}` : `${colours} ${flags.map(Number).join("")}`;
      if (now !== look && !(isBlank && cell.isBgDefault() && !cell.isInverse())) {
        text += `{${now}}`;
        look = now;
      }
      text += cell.getWidth() === 0 ? "" : `${cell.getChars() || " "}${cell.getWidth() === 2 ? "<2>" : ""}`;
    }
    lines.push(text.trimEnd());
  }
  return {
    size: `${terminal.cols} × ${terminal.rows}`,
    kind: active.type,
    cursor: `${active.cursorX}, ${active.cursorY}`,
    lines,
  };
}
