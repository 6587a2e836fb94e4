// The terminal of the web page, asked over standard input: one JSON object a line, one JSON answer a line.
import { createInterface } from "node:readline";
import headless from "@xterm/headless";
import unicode11 from "@xterm/addon-unicode11";

const terminals = new Map();

const commands = {
  create({ id, columns, rows, scrollBack }) {
    const terminal = new headless.Terminal({
      cols: columns, rows, scrollback: scrollBack, allowProposedApi: true, logLevel: "off",
      windowOptions: { pushTitle: true, popTitle: true },
    });
    terminal.loadAddon(new unicode11.Unicode11Addon());
    terminal.unicode.activeVersion = "11";
    const state = { terminal, title: "", links: new Map(), unfinished: Buffer.alloc(0) };
    terminal.onTitleChange((title) => { state.title = title; });
    // It forgets links whose first line is gone; their cells still differ.
    const links = terminal._core._oscLinkService;
    const register = links.registerLink.bind(links);
    links.registerLink = (link) => {
      const number = register(link);
      state.links.set(number, link.uri);
      return number;
    };
    terminals.set(id, state);
    return null;
  },
  // Text, or bytes in base64. xterm.js loses characters that are cut in two, so an unfinished one waits for its rest.
  feed({ id, text, bytes }) {
    const state = terminals.get(id);
    let data = text;
    if (bytes !== undefined) {
      const all = Buffer.concat([state.unfinished, Buffer.from(bytes, "base64")]);
      const end = wholeCharacters(all);
      state.unfinished = all.subarray(end);
      data = all.subarray(0, end);
    }
    return new Promise((done) => state.terminal.write(data, () => done(null)));
  },
  resize({ id, columns, rows }) {
    terminals.get(id).terminal.resize(columns, rows);
    return null;
  },
  describe({ id, scrollBackLines }) {
    return describe(terminals.get(id), scrollBackLines);
  },
  widths() {
    const { terminal } = terminals.values().next().value;
    let text = "";
    for (let at = 0; at <= 0x10ffff; at++) text += terminal._core.unicodeService.wcwidth(at);
    return [text];
  },
  drop({ id }) {
    terminals.get(id).terminal.dispose();
    terminals.delete(id);
    return null;
  },
};

function wholeCharacters(bytes) {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    if (byte >= 0xc0) return back < (byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4) ? bytes.length - back : bytes.length;
    if (byte < 0x80) break;
  }
  return bytes.length;
}

function color(value) {
  switch ((value >>> 24) & 3) {
    case 1: return `n${value & 255}`;
    case 2: return `i${value & 255}`;
    case 3: return `#${(value & 0xffffff).toString(16).padStart(6, "0")}`;
    default: return "-";
  }
}

function attributes(fg, bg) {
  return (fg & 0x8000000 ? "b" : "") + (bg & 0x8000000 ? "d" : "") + (bg & 0x4000000 ? "i" : "") + (fg & 0x10000000 ? "u" : "")
    + (fg & 0x20000000 ? "k" : "") + (fg & 0x4000000 ? "r" : "") + (fg & 0x40000000 ? "h" : "") + (fg & 0x80000000 ? "s" : "")
    + (bg & 0x40000000 ? "o" : "") + (bg & 0x20000000 ? "p" : "");
}

function style(state, fg, bg, extended) {
  const has = bg & 0x10000000 ? extended : undefined;
  const underlined = fg & 0x10000000;
  const underlineStyle = underlined ? (has && (has._ext >>> 26) & 7) || 1 : 0;
  // SGR 59 leaves white behind instead of nothing.
  const underlineColor = underlined && has && (has._ext & 0x3ffffff) !== 0x3ffffff ? color(has._ext) : "-";
  const link = has?._urlId ? state.links.get(has._urlId) : "";
  return `${color(fg)},${color(bg)},${attributes(fg, bg)},${underlineStyle},${underlineColor},${link}`;
}

function row(state, line, columns, withWrap) {
  let text = withWrap && line.isWrapped ? "~" : "|";
  let last = "";
  for (let column = 0; column < columns; column++) {
    // Half a wide character, left over or cut off by a change of size, is nothing.
    const isCut = (line.getWidth(column) === 2 && column === columns - 1)
      || (line.getWidth(column) === 0 && !line.hasContent(column) && (column === 0 || line.getWidth(column - 1) !== 2));
    const string = isCut ? "" : line.getString(column);
    const width = isCut ? 1 : line.getWidth(column);
    // A cell nothing was printed at shows no more than its background.
    const look = string || width === 0 ? style(state, line.getFg(column), line.getBg(column), line._extendedAttrs[column]) : `bg ${color(line.getBg(column))}`;
    if (look !== last) text += `{${look}}`;
    last = look;
    // A left half whose right half is gone looks whole again.
    if (width === 2 && !line.hasContent(column + 1)) column++;
    text += string ? (width === 1 ? string : `${string}<${width}>`) : width === 1 ? "_" : "";
  }
  return text;
}

const charsetName = (charset) => ["`", "@", "[", "#", "~"].map((character) => charset?.[character]?.[0] ?? character).join("");

function cursor(state, buffer) {
  const { savedX, savedY, ybase, savedCurAttrData: pen, savedCharset } = buffer;
  return `saved ${Math.min(savedX, state.terminal.cols - 1)} ${Math.min(Math.max(savedY - ybase, 0), state.terminal.rows - 1)} `
    + `${color(pen.fg)} ${color(pen.bg)} ${attributes(pen.fg, pen.bg)} ${charsetName(savedCharset)} above ${buffer === state.terminal._core._bufferService.buffers.normal ? Math.min(savedY - ybase, state.terminal.rows - 1) : 0}`;
}

function describe(state, scrollBackLines) {
  const core = state.terminal._core;
  const { cols, rows } = core;
  const { normal, alt, active } = core._bufferService.buffers;
  const pen = core._inputHandler._curAttrData;
  const modes = core.coreService.decPrivateModes;
  const charsets = core._charsetService;
  const lines = [
    `size ${cols} ${rows} ${active === alt ? "alternate" : "main"}`,
    `cursor ${Math.min(active.x, cols)} ${active.y} preceding ${(core._inputHandler._parser.precedingJoinState >> 1) & 3}`,
    `pen ${style(state, pen.fg, pen.bg, pen.extended)}`,
    `title ${state.title}`,
    `charsets ${charsetName(charsets.charset)} ${charsets.glevel} ${[0, 1, 2, 3].map((level) => charsetName(charsets._charsets[level])).join(" ")}`,
    `modes insert ${core.coreService.modes.insertMode} newline ${core.optionsService.rawOptions.convertEol} keys ${modes.applicationCursorKeys}`
      + ` keypad ${modes.applicationKeypad} origin ${modes.origin} wrap ${modes.wraparound} reverse ${modes.reverseWraparound}`
      + ` focus ${modes.sendFocus} paste ${modes.bracketedPasteMode} synchronized ${modes.synchronizedOutput}`,
    `mouse ${core.coreMouseService.activeProtocol} ${core.coreMouseService.activeEncoding}`,
    `shape ${modes.cursorStyle ?? "default"} ${modes.cursorBlink ?? false} blink ${core.optionsService.rawOptions.cursorBlink} hidden ${core.coreService.isCursorHidden}`,
  ];
  for (const buffer of active === alt ? [normal, alt] : [normal]) {
    lines.push(`margins ${buffer.scrollTop} ${buffer.scrollBottom}`, cursor(state, buffer));
    lines.push(`tabs ${Array.from({ length: cols }, (_, column) => (buffer.tabs[column] ? column : "")).filter(String).join(" ")}`);
    const first = Math.max(0, buffer.ybase - (buffer === normal ? scrollBackLines : 0));
    for (let at = first; at < buffer.ybase + rows; at++) lines.push(row(state, buffer.lines.get(at), cols, buffer === normal && at > first));
  }
  return lines;
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  let answer;
  try {
    answer = { lines: await commands[request.command](request) };
  } catch (error) {
    answer = { error: `${error.stack}` };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
