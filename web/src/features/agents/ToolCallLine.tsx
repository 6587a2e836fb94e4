import clsx from "clsx";
import {
  Brain,
  ChevronRight,
  FilePen,
  FileText,
  FolderInput,
  Globe,
  Search,
  SquareTerminal,
  SwatchBook,
  Trash2,
  Wrench,
} from "lucide-react";
import { memo, useId, useState } from "react";
import type { ToolCallPayload, ToolContent, ToolKind } from "@/contracts/agentEvents";
import { duration, exactTime } from "@/lib/time";
import { ScrollBox } from "@/ui/ScrollBox";
import { DiffView } from "./DiffView";
import { MessageText } from "./MessageText";
import { printedText } from "./shownTerminals";
import { agentStrings as strings } from "./strings";
import { commandOf, readable, toolLine, within } from "./toolCalls";

export const toolIcons: Record<ToolKind, typeof Wrench> = {
  read: FileText,
  edit: FilePen,
  delete: Trash2,
  move: FolderInput,
  search: Search,
  execute: SquareTerminal,
  think: Brain,
  fetch: Globe,
  switch_mode: SwatchBook,
  other: Wrench,
};

export interface ToolCallLineProps {
  call: ToolCallPayload;
  at: string;
  endedAt: string | null;
  folder: string | null;
  /** Whether the turn it belongs to is over: then it can't be under way any more. */
  isTurnOver: boolean;
}

/** What an agent did with a tool, in one line that opens in place. */
export const ToolCallLine = memo(function ToolCallLine({ call, at, endedAt, folder, isTurnOver }: ToolCallLineProps) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const line = toolLine(call, folder);
  const Icon = toolIcons[line.kind];
  const state = stateOf(call, isTurnOver);
  return (
    <div>
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => setOpen(!isOpen)}
        className="group -ml-2 flex min-h-7 max-w-full items-center gap-1.5 rounded-md px-2 text-left text-sm hover:bg-hover max-md:min-h-9"
      >
        <Icon size={14} aria-hidden className={clsx("shrink-0", state === "failed" ? "text-failed" : "text-faint")} />
        <span className="shrink-0 text-soft">{line.verb}</span>{" "}
        <span className={clsx("min-w-0 truncate", line.isCode && "font-mono text-[12px]")}>{line.object}</span>{" "}
        {line.result === null ? null : <span className="shrink-0 text-xs text-faint">{line.result}</span>}{" "}
        <ToolState state={state} />{" "}
        {endedAt === null || Date.parse(endedAt) - Date.parse(at) < 1_000 ? null : (
          <time dateTime={endedAt} title={exactTime(endedAt)} className="shrink-0 text-xs text-faint">
            {duration(Date.parse(endedAt) - Date.parse(at))}
          </time>
        )}
        <ChevronRight
          size={13}
          aria-hidden
          className={clsx(
            "shrink-0 text-faint",
            isOpen ? "rotate-90" : "opacity-0 group-hover:opacity-100 max-md:opacity-100",
          )}
        />
      </button>
      {isOpen ? (
        <div id={id} className="mt-1 mb-2 ml-5 flex min-w-0 flex-col gap-2">
          <ToolCallDetails call={call} folder={folder} />
        </div>
      ) : null}
    </div>
  );
});

type ToolState = "under-way" | "done" | "failed" | "stopped";

function stateOf(call: ToolCallPayload, isTurnOver: boolean): ToolState {
  if (call.status === "completed") return "done";
  if (call.status === "failed") return "failed";
  return isTurnOver ? "stopped" : "under-way";
}

function ToolState({ state }: { state: ToolState }) {
  switch (state) {
    case "done":
      return <span className="sr-only">{strings.toolStates.completed}</span>;
    case "failed":
      return (
        <span className="shrink-0 text-xs text-failed">
          <span aria-hidden>✕ </span>
          {strings.toolStates.failed}
        </span>
      );
    case "stopped":
      return <span className="shrink-0 text-xs text-faint">{strings.toolStopped}</span>;
    default:
      return (
        <span className="shrink-0 text-xs text-working">
          <span aria-hidden className="turning inline-block">
            ◐
          </span>{" "}
          <span className="sr-only">{strings.toolStates.in_progress}</span>
        </span>
      );
  }
}

/** Everything that is known of a tool call: its command, changes, output. */
export function ToolCallDetails({ call, folder }: { call: Partial<ToolCallPayload>; folder: string | null }) {
  const command = commandOf(call);
  const content = call.content ?? [];
  const input = command === null && content.length === 0 ? readable(call.rawInput) : null;
  const isSaid = content.some((each) => each.type === "content");
  const printed = isSaid ? "" : printedText(call.printed);
  const output = isSaid || printed !== "" ? null : readable(call.rawOutput);
  return (
    <>
      {command === null ? null : <Text label={strings.input} text={command} />}
      {input === null ? null : <Text label={strings.input} text={input} />}
      {content.map((each, index) => (
        <Content
          // A list is replaced as a whole, so a place in it is all there is.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          key={index}
          content={each}
          isCode={call.kind === "execute"}
          folder={folder}
        />
      ))}
      {printed === "" ? null : <Text label={strings.output} text={printed} />}
      {output === null ? null : <Text label={strings.output} text={output} />}
      {command === null && input === null && output === null && printed === "" && content.length === 0 ? (
        <p className="text-sm text-faint">{call.title}</p>
      ) : null}
    </>
  );
}

function Content({ content, isCode, folder }: { content: ToolContent; isCode: boolean; folder: string | null }) {
  switch (content.type) {
    case "diff":
      return (
        <DiffView path={within(content.path, folder)} oldText={content.oldText ?? null} newText={content.newText} />
      );
    case "terminal":
      return <p className="font-mono text-xs text-faint">{strings.terminalContent(content.terminalId)}</p>;
    case "content":
      if (content.content === undefined) return null;
      if (isCode && content.content.type === "text") {
        return <Text label={strings.output} text={content.content.text ?? ""} />;
      }
      return <MessageText parts={[content.content]} />;
    default:
      return null;
  }
}

const mostCharacters = 20_000;

/** Text as it is, scrolled within itself; the end is what matters of a long one. */
export function Text({ label, text }: { label: string; text: string }) {
  const hidden = Math.max(0, text.length - mostCharacters);
  return (
    <ScrollBox name={label} className="max-h-80 overflow-auto rounded-md bg-sunken px-3 py-2">
      {hidden === 0 ? null : <p className="text-xs text-faint">{strings.tooLong(hidden)}</p>}
      <pre className="font-mono text-xs leading-5 whitespace-pre-wrap break-words">{text.slice(hidden)}</pre>
    </ScrollBox>
  );
}
