import { ClipboardAddon, type IClipboardProvider } from "@xterm/addon-clipboard";
import { FitAddon } from "@xterm/addon-fit";
import { SearchAddon } from "@xterm/addon-search";
import { Unicode11Addon } from "@xterm/addon-unicode11";
import { WebLinksAddon } from "@xterm/addon-web-links";
import { WebglAddon } from "@xterm/addon-webgl";
import { Terminal } from "@xterm/xterm";
import { appearance } from "@/lib/appearance";
import { clientName, renameClient } from "@/lib/clientName";
import { systemClock } from "@/lib/link";
import { createStore, type Store } from "@/lib/store";
import { watchWaking } from "@/lib/waking";
import { WorkerSocket, type WorkerSocketEvent } from "@/lib/workerSocket";
import { ScreenWriter } from "./screenWriter";
import { terminalColours, watchColours } from "./terminalColours";
import { afterSocketEvent, freshTerminal, isLeading, type TerminalView, type Typist } from "./terminalView";

export interface AttachedTerminal {
  terminal: Terminal;
  search: SearchAddon;
  view: Store<TerminalView>;
  /** Types as if it came from the keyboard. */
  type(text: string): void;
  pasteImage(mimeType: string, base64: string): void;
  /** Fits the terminal to its box and tells the worker, if this viewer's size counts. */
  fit(): void;
  setVisible(isVisible: boolean): void;
  retryNow(): void;
  dispose(): void;
}

export interface AttachOptions {
  element: HTMLElement;
  sessionId: string;
  workerId: string;
  /** Lets the page change what was typed (a sticky Ctrl); null swallows it. */
  beforeTyping: (text: string) => string | null;
  /** Whether this person may type here at all. */
  mayType: () => boolean;
}

/** Programs may write the clipboard; reading it would tell any program what was copied anywhere. */
const clipboard: IClipboardProvider = {
  readText: async () => "",
  writeText: async (_selection, text) => {
    await navigator.clipboard?.writeText(text).catch(() => {});
  },
};

const scrollback = 10_000;

/** Joins one xterm and one worker's socket. Everything that React shows around it is in `view`. */
export function attachTerminal({
  element,
  sessionId,
  workerId,
  beforeTyping,
  mayType,
}: AttachOptions): AttachedTerminal {
  const view = createStore<TerminalView>(freshTerminal);
  const terminal = new Terminal({
    allowProposedApi: true,
    cursorBlink: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue("--mono"),
    fontSize: appearance.get().terminalFontSize,
    lineHeight: 1.2,
    minimumContrastRatio: 4.5,
    scrollback,
    screenReaderMode: appearance.get().readsTerminals === true,
    macOptionIsMeta: true,
    rightClickSelectsWord: false,
    theme: terminalColours(element),
    // Titles that programs put aside come back; nothing else of a window is theirs.
    windowOptions: { pushTitle: true, popTitle: true },
    linkHandler: { activate: (_event, address) => openLink(address) },
  });
  const fitting = new FitAddon();
  const search = new SearchAddon();
  terminal.loadAddon(fitting);
  terminal.loadAddon(search);
  terminal.loadAddon(new Unicode11Addon());
  terminal.loadAddon(new WebLinksAddon((_event, address) => openLink(address)));
  terminal.loadAddon(new ClipboardAddon(undefined, clipboard));
  terminal.unicode.activeVersion = "11";
  terminal.open(element);
  // For the browser's console, and for journeys that compare screens cell by cell.
  Object.assign(element, { terminal });

  let client = "";
  let socket: WorkerSocket | null = null;
  let typist: Typist = "nobody";
  let isVisible = false;
  let isDisposed = false;
  let wanted: { cols: number; rows: number } | null = null;
  let drawing: WebglAddon | null = null;

  // A snapshot says again what was asked long ago; it wants no answer.
  let isRestoring = false;
  const leads = () => !isRestoring && isLeading(view.get(), client, typist);

  // The worker's host decides the size and tells everybody; a viewer only says what it would like.
  const screen = new ScreenWriter(terminal);

  const fitToBox = () => {
    if (!isVisible) return;
    const fitted = fitting.proposeDimensions();
    if (fitted === undefined || Number.isNaN(fitted.cols) || Number.isNaN(fitted.rows)) return;
    wanted = { cols: Math.max(2, fitted.cols), rows: Math.max(1, fitted.rows) };
    view.set({ ...view.get(), fits: wanted });
    socket?.resize(wanted.cols, wanted.rows);
  };

  const receive = (event: WorkerSocketEvent) => {
    view.set(afterSocketEvent(view.get(), event));
    switch (event.kind) {
      case "attached":
        screen.resize(event);
        return;
      case "snapshot":
        isRestoring = true;
        screen.snapshot(event, event.data, () => {
          isRestoring = false;
          event.processed();
        });
        return;
      case "gap":
        screen.gap();
        return;
      case "output":
        screen.output(event.bytes, event.processed);
        return;
      case "size":
        if (wanted !== null && (event.cols !== wanted.cols || event.rows !== wanted.rows)) typist = "other";
        screen.resize(event);
        return;
      default:
        return;
    }
  };

  answerOnlyWhen(terminal, leads);
  terminal.onData((text) => {
    // Programs may ask to hear of the focus; a second viewer who only looks is none of their business, and no typist.
    if (isFocusReport(text) && !leads()) return;
    const typed = beforeTyping(text);
    if (typed !== null) socket?.type(typed);
  });
  terminal.onBinary((text) => {
    if (mayType()) socket?.typeBytes(btoa(text));
  });
  terminal.onKey(() => {
    typist = "me";
  });

  const draw = () => {
    if (drawing !== null) return;
    try {
      const addon = new WebglAddon();
      addon.onContextLoss(() => {
        addon.dispose();
        drawing = null;
      });
      terminal.loadAddon(addon);
      drawing = addon;
    } catch {
      // Without WebGL xterm draws with elements, slower and just as right.
    }
  };

  const stopColours = watchColours(() => {
    terminal.options.theme = terminalColours(element);
  });
  const stopAppearance = appearance.watch(() => {
    terminal.options.fontSize = appearance.get().terminalFontSize;
    terminal.options.screenReaderMode = appearance.get().readsTerminals === true;
    fitToBox();
  });
  const resizing = new ResizeObserver(() => fitToBox());
  resizing.observe(element);
  let stopWaking = () => {};

  void Promise.all([clientName(), fontsReady()]).then(([name]) => {
    if (isDisposed) return;
    client = name;
    const worker = new WorkerSocket({
      sessionId,
      workerId,
      address: `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}`,
      client,
      renameClient: () => {
        client = renameClient();
        return client;
      },
      open: (address) => new WebSocket(address),
      storage: sessionStorage,
      clock: systemClock,
      isOnline: () => navigator.onLine,
      onEvent: receive,
    });
    socket = worker;
    fitToBox();
    worker.start();
    stopWaking = watchWaking({
      onRetry: () => worker.retryNow(),
      onSuspect: () => worker.suspect(),
      onOffline: () => worker.networkLost(),
    });
  });

  return {
    terminal,
    search,
    view,
    type(text) {
      typist = "me";
      socket?.type(text);
    },
    pasteImage(mimeType, base64) {
      typist = "me";
      socket?.pasteImage(mimeType, base64);
    },
    fit: fitToBox,
    setVisible(visible) {
      isVisible = visible;
      if (visible) {
        draw();
        fitToBox();
      } else {
        drawing?.dispose();
        drawing = null;
      }
    },
    retryNow: () => socket?.retryNow(),
    dispose() {
      isDisposed = true;
      stopWaking();
      stopColours();
      stopAppearance();
      resizing.disconnect();
      socket?.dispose();
      terminal.dispose();
    },
  };
}

/** Programs ask the terminal what it is and where its cursor stands; of several viewers only one may answer. */
function answerOnlyWhen(terminal: Terminal, mayAnswer: () => boolean): void {
  const withhold = () => !mayAnswer();
  const { parser } = terminal;
  for (const prefix of [undefined, ">", "="] as const) {
    parser.registerCsiHandler(prefix === undefined ? { final: "c" } : { prefix, final: "c" }, withhold);
  }
  parser.registerCsiHandler({ final: "n" }, withhold);
  parser.registerCsiHandler({ prefix: "?", final: "n" }, withhold);
  parser.registerCsiHandler({ intermediates: "$", final: "p" }, withhold);
  parser.registerCsiHandler({ prefix: "?", intermediates: "$", final: "p" }, withhold);
  parser.registerCsiHandler({ prefix: ">", final: "q" }, withhold);
  parser.registerDcsHandler({ intermediates: "$", final: "q" }, withhold);
  for (const colour of [4, 10, 11, 12]) {
    parser.registerOscHandler(colour, (data) => data.endsWith("?") && withhold());
  }
}

function isFocusReport(text: string): boolean {
  return text === "\x1b[I" || text === "\x1b[O";
}

function openLink(address: string): void {
  if (/^https?:\/\//.test(address)) window.open(address, "_blank", "noopener,noreferrer");
}

async function fontsReady(): Promise<void> {
  try {
    await document.fonts.load('13px "JetBrains Mono Variable"');
  } catch {
    // The next font of the list does.
  }
}
