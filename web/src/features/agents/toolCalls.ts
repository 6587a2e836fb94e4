import type { ToolCallPayload, ToolContent, ToolKind } from "@/contracts/agentEvents";
import { count } from "@/lib/time";
import { agentStrings as strings } from "./strings";
import { counts, unifiedDiff } from "./unifiedDiff";

/** A tool call as one reads it: a verb, what it is done to, and what came of it. */
export interface ToolLine {
  kind: ToolKind;
  verb: string;
  object: string;
  /** Whether the object is a command or a path, to be set as code. */
  isCode: boolean;
  result: string | null;
}

export function toolLine(call: Partial<ToolCallPayload>, folder: string | null = null): ToolLine {
  const kind = kindOf(call);
  const verb = strings.tools[kind];
  const command = commandOf(call);
  if (kind === "execute" && command !== null) {
    return { kind, verb, object: firstLine(command), isCode: true, result: resultOf(call) };
  }
  const paths = pathsOf(call).map((each) => within(each, folder));
  if (paths.length > 0 && (kind === "read" || kind === "edit" || kind === "delete" || kind === "move")) {
    const more = paths.length > 1 ? ` +${paths.length - 1}` : "";
    return { kind, verb, object: `${paths[0]}${more}`, isCode: true, result: resultOf(call) };
  }
  return { kind, verb, object: call.title || strings.unnamedTool, isCode: false, result: resultOf(call) };
}

function kindOf(call: Partial<ToolCallPayload>): ToolKind {
  return call.kind && Object.hasOwn(strings.tools, call.kind) ? call.kind : "other";
}

/** The exact command, where a program says one. */
export function commandOf(call: Partial<ToolCallPayload>): string | null {
  const input = call.rawInput;
  if (typeof input !== "object" || input === null) return null;
  for (const name of ["command", "cmd", "script"]) {
    const value: unknown = Reflect.get(input, name);
    if (typeof value === "string" && value.trim() !== "") return value;
    if (Array.isArray(value) && value.length > 0 && value.every((word) => typeof word === "string")) {
      return value.map(quoted).join(" ");
    }
  }
  return null;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

export function pathsOf(call: Partial<ToolCallPayload>): string[] {
  const paths = [...(call.locations ?? []).map((location) => location.path), ...diffsOf(call).map((diff) => diff.path)];
  return [...new Set(paths.filter((path) => typeof path === "string" && path !== ""))];
}

export function diffsOf(call: Partial<ToolCallPayload>): Extract<ToolContent, { type: "diff" }>[] {
  return (call.content ?? []).filter((content) => content.type === "diff");
}

/** A path as seen from the agent's own folder. */
export function within(path: string, folder: string | null): string {
  return folder !== null && path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
}

function resultOf(call: Partial<ToolCallPayload>): string | null {
  const diffs = diffsOf(call);
  if (diffs.length > 0) {
    const sum = diffs
      .map((diff) => counts(unifiedDiff(diff.oldText ?? null, diff.newText)))
      .reduce((a, b) => ({ added: a.added + b.added, removed: a.removed + b.removed }));
    return `+${sum.added} −${sum.removed}`;
  }
  const code = exitCodeOf(call.rawOutput);
  if (code !== null && code !== 0) return `code ${code}`;
  if (call.status !== "completed" || call.kind === "read") return null;
  const text = textOf(call);
  const lines = text === "" ? 0 : text.trimEnd().split("\n").length;
  return lines > 0 ? count(lines, "line", "lines") : null;
}

function exitCodeOf(output: unknown): number | null {
  if (typeof output !== "object" || output === null) return null;
  for (const name of ["exitCode", "exit_code"]) {
    const value: unknown = Reflect.get(output, name);
    if (typeof value === "number") return value;
  }
  return null;
}

/** All text of a tool call's content. */
export function textOf(call: Partial<ToolCallPayload>): string {
  return (call.content ?? [])
    .map((content) =>
      content.type === "content" ? (content.content?.text ?? content.content?.resource?.text ?? "") : "",
    )
    .filter((text) => text !== "")
    .join("\n");
}

/** What a program gave or got, for people: its text when it is one, else as JSON. */
export function readable(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "string") return value;
  const text = JSON.stringify(value, null, 2);
  return text === "{}" || text === "[]" ? null : text;
}

function firstLine(text: string): string {
  const [first = "", ...rest] = text.trim().split("\n");
  return rest.length > 0 ? `${first} …` : first;
}
