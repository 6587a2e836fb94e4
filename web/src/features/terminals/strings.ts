import { count } from "@/lib/time";

export const terminalStrings = {
  terminal: (name: string) => `Terminal ${name}`,
  loading: "Opening the terminal",
  search: "Search in the terminal",
  searchPlaceholder: "Find",
  next: "Next match",
  previous: "Previous match",
  closeSearch: "Close search",
  matches: (index: number, total: number) => (total === 0 ? "No match" : `${index + 1} of ${total}`),
  copy: "Copy selection",
  paste: "Paste",
  sendImage: "Send an image…",
  larger: "Larger text",
  smaller: "Smaller text",
  bottom: "To the newest line",
  newOutput: "New output below",
  leave: "Leave the terminal",
  group: "Terminal",
  menu: "Terminal actions",
  exited: (code: number | null, signal: string | null) =>
    signal !== null
      ? `Ended by ${signal.startsWith("SIG") ? signal : `SIG${signal}`}`
      : code === 0
        ? "Ended"
        : `Ended with code ${code ?? "unknown"}`,
  lost: "This worker was lost",
  lostAbout:
    "Its process is gone without a word: the machine restarted, or its keeper was killed. What it printed is still here.",
  restart: "Start again",
  continueAgent: "Go on",
  dropped: {
    restarted: (number: number) =>
      `${count(number, "character", "characters")} typed before the restart went nowhere: the new process never saw them.`,
    refused: (number: number, reason: string | undefined) =>
      `${count(number, "character was", "characters were")} not taken${reason ? `: ${reason}` : "."}`,
    "other-tab": (number: number) =>
      `Another tab carries on as this one. ${count(number, "character", "characters")} may be typed there.`,
  },
  dismiss: "Dismiss",
  waiting: (number: number) => `${count(number, "character", "characters")} not sent yet`,
  otherSize: (cols: number, rows: number, who: string | undefined) =>
    `Shown at ${cols} × ${rows}${who === undefined ? "" : `, the size of ${who}’s window`}. Type here to use yours.`,
  gap: (bytes: string) => `${bytes} of older output are not kept any more.`,
  held: "The program waits: its output can’t be stored right now.",
  heldDisk: "The disk is full. The program waits and loses nothing; it goes on when there is space.",
  hostOffline: "The machine of this worker is out of reach. What runs there goes on.",
  closed: {
    forbidden: "You may not see this worker.",
    unknown: "This worker is not there any more.",
    deleted: "This worker was closed.",
    misbehaved: "The server refused this page’s messages. Load the page again.",
    "signed-out": "You are signed out.",
  },
  viewers: "Also here",
  typing: "watching",
  imageTooBig: "Images of up to 16 MB can be pasted.",
  keys: "Extra keys",
  keyEscape: "Esc",
  keyTab: "Tab",
  keyControl: "Ctrl",
  keyAlt: "Alt",
  keyUp: "Up",
  keyDown: "Down",
  keyLeft: "Left",
  keyRight: "Right",
  keyPaste: "Paste",
};
