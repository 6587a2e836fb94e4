// docs/protocols/agent-events.md in types. What a program says has the shapes of the Agent Client Protocol, and programs differ: every member may be absent.
import type { Agent, AgentInstance, AgentRequest, Turn, WorkSession } from "./http";

/** One piece of a message, as ACP and MCP have it. */
export interface ContentBlock {
  type: "text" | "image" | "audio" | "resource_link" | "resource";
  text?: string;
  data?: string;
  mimeType?: string;
  uri?: string;
  name?: string;
  title?: string;
  resource?: { uri?: string; text?: string; mimeType?: string };
}

export interface SaidPayload {
  messageId?: string | null;
  content?: ContentBlock;
  /** What was said under this id before is taken back: this stands in its place. */
  replaces?: boolean;
}

export type ToolKind =
  | "read"
  | "edit"
  | "delete"
  | "move"
  | "search"
  | "execute"
  | "think"
  | "fetch"
  | "switch_mode"
  | "other";
export type ToolStatus = "pending" | "in_progress" | "completed" | "failed";

export type ToolContent =
  | { type: "content"; content?: ContentBlock }
  | { type: "diff"; path: string; oldText?: string | null; newText: string }
  | { type: "terminal"; terminalId: string };

/** A tool call, or what is new of one: what is absent stays, a list replaces the list. */
export interface ToolCallPayload {
  toolCallId: string;
  title?: string | null;
  kind?: ToolKind | null;
  status?: ToolStatus | null;
  content?: ToolContent[] | null;
  locations?: { path: string; line?: number | null }[] | null;
  rawInput?: unknown;
  rawOutput?: unknown;
  /** What terminals of the program's own have printed, by their ids; the page gathers it from what comes beside the updates. */
  printed?: Readonly<Record<string, PrintedOutput>>;
  _meta?: unknown;
}

export interface PrintedOutput {
  text: string;
  /** How it ended: an exit code or a signal; undefined while it has not. */
  end?: string;
}

export interface PlanEntry {
  content: string;
  priority?: "high" | "medium" | "low";
  status?: "pending" | "in_progress" | "completed";
}

export interface UsagePayload {
  used?: number;
  size?: number;
  cost?: { amount: number; currency: string } | null;
}

interface Numbered {
  seq: number;
  at: string;
  workSessionId?: string | null;
  turnId?: string | null;
}

export type AgentEvent = Numbered &
  (
    | { kind: "agent-message" | "agent-thought" | "user-message"; payload: SaidPayload }
    | { kind: "tool-call"; payload: ToolCallPayload }
    | { kind: "plan"; payload: { entries?: PlanEntry[] } }
    | { kind: "commands"; payload: { availableCommands?: { name: string; description?: string }[] } }
    | { kind: "mode"; payload: { currentModeId?: string } }
    | { kind: "options"; payload: { configOptions?: unknown } }
    | { kind: "title"; payload: { title?: string | null } }
    | { kind: "usage"; payload: UsagePayload }
    | { kind: "noise"; payload: { text?: string } }
    | { kind: "other"; payload: unknown }
    | { kind: "agent-changed"; payload: { agent: Agent } }
    | { kind: "work-session-changed"; payload: { workSession: WorkSession } }
    | { kind: "instance-changed"; payload: { instance: AgentInstance } }
    | { kind: "turn-changed"; payload: { turn: Turn } }
    | { kind: "request-changed"; payload: { request: AgentRequest } }
    | { kind: "served"; payload: ServedPayload }
    | { kind: "setting-refused"; payload: SettingRefusedPayload }
    | { kind: "answer-cut"; payload: AnswerCutPayload }
    | { kind: "summed-up"; payload: { text?: string } }
    | { kind: "review-changed"; payload: { part: "checkpoints" | "comments" | "forecast" | "landings" } }
    | { kind: "question-over"; payload: { elicitationId?: string } }
  );

/** Something was done for the program: a file read or written, a terminal. */
export interface ServedPayload {
  requestId: string;
  what: string;
  path?: string;
  line?: number;
  limit?: number;
  terminalId?: string;
  command?: string;
  cwd?: string;
  problem?: string;
}

export interface SettingRefusedPayload {
  setting: "mode" | "option";
  id?: string;
  value: string | boolean;
  problem: string;
}

/** An answer of a model did not come or broke off: what was said under that name is none. */
export interface AnswerCutPayload {
  messageId: string;
  problem: string;
  /** When it is asked for again; absent where it is not, or at once. */
  retryAt?: string;
}

/** What comes with the question whether a tool may be used. */
export interface PermissionPayload {
  toolCall?: Partial<ToolCallPayload>;
  options?: PermissionOption[];
}

export interface PermissionOption {
  optionId: string;
  name: string;
  kind: "allow_once" | "allow_always" | "reject_once" | "reject_always";
}

/** What comes with a question of the program: a form of flat fields, or an address to open. */
export interface QuestionPayload {
  message?: string;
  mode?: "form" | "url";
  url?: string;
  requestedSchema?: { properties?: Record<string, QuestionField>; required?: string[] };
}

export interface QuestionField {
  type?: "string" | "number" | "integer" | "boolean" | "array";
  title?: string;
  description?: string;
  enum?: string[];
  enumNames?: string[];
  oneOf?: { const: string; title?: string }[];
  default?: unknown;
}
