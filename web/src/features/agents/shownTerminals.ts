import type { PrintedOutput, ToolCallPayload } from "@/contracts/agentEvents";

const most = 200_000;

/**
 * Programs that run commands themselves say what is printed beside their tool calls, in pieces:
 * `_meta: {"terminal_output": {"terminal_id", "data"}}` and `{"terminal_exit": {"terminal_id", "exit_code", "signal"}}`, some before they say that there is a terminal at all.
 */
export function withPrinted(call: ToolCallPayload, news: ToolCallPayload): Pick<ToolCallPayload, "printed"> {
  if (news.printed !== undefined) return { printed: joinedOutput(call.printed, news.printed) };
  const meta = isObject(news._meta) ? news._meta : {};
  const output = meta.terminal_output ?? meta.terminal_output_delta;
  const exit = meta.terminal_exit;
  let printed = call.printed;
  if (isObject(output) && typeof output.data === "string") {
    const id = idOf(output, news);
    const before = printed?.[id]?.text ?? "";
    printed = { ...printed, [id]: { ...printed?.[id], text: (before + output.data).slice(-most) } };
  }
  if (isObject(exit)) {
    const id = idOf(exit, news);
    const end =
      typeof exit.signal === "string" ? exit.signal : typeof exit.exit_code === "number" ? `${exit.exit_code}` : "";
    printed = { ...printed, [id]: { ...(printed?.[id] ?? { text: "" }), end } };
  }
  return printed === undefined ? {} : { printed };
}

/** The output of a stretch, behind that of the stretch before it. */
function joinedOutput(
  before: Readonly<Record<string, PrintedOutput>> | undefined,
  after: Readonly<Record<string, PrintedOutput>>,
): Readonly<Record<string, PrintedOutput>> {
  const joined = { ...before };
  for (const [id, output] of Object.entries(after)) {
    joined[id] = { ...before?.[id], ...output, text: ((before?.[id]?.text ?? "") + output.text).slice(-most) };
  }
  return joined;
}

/** Everything that was printed, as it is read: without what colours it and moves the cursor. */
export function printedText(printed: Readonly<Record<string, PrintedOutput>> | undefined): string {
  return Object.values(printed ?? {})
    .map(({ text }) => plain(text))
    .filter((text) => text.trim() !== "")
    .join("\n");
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what terminals are told with
const controls = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-_])/g;

function plain(text: string): string {
  return text.replace(controls, "").replaceAll("\r\n", "\n");
}

function idOf(meta: Readonly<Record<string, unknown>>, call: ToolCallPayload): string {
  return typeof meta.terminal_id === "string" ? meta.terminal_id : call.toolCallId;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
