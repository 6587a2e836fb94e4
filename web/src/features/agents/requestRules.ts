import type { PermissionOption, PermissionPayload, QuestionField, QuestionPayload } from "@/contracts/agentEvents";
import type { AgentRequest } from "@/contracts/http";

/** The question a program asks, read out of what came with it. Programs differ: what is not there is empty. */
export type Asked =
  | { kind: "permission"; call: NonNullable<PermissionPayload["toolCall"]>; options: PermissionOption[] }
  | { kind: "question"; message: string; url: string | null; fields: AskedField[] }
  | { kind: "login"; message: string; methods: LoginMethod[] };

/** A way to log in that a program offers. */
export interface LoginMethod {
  id: string;
  name: string;
  about: string | undefined;
  isTerminal: boolean;
  /** Variables that are to be set where the program is started; empty where it is done otherwise. */
  variables: string[];
}

export interface AskedField {
  name: string;
  label: string;
  about: string | undefined;
  isRequired: boolean;
  type: "text" | "number" | "check" | "choice";
  choices: { value: string; name: string }[];
  initial: string;
}

const order: readonly string[] = ["allow_once", "allow_always", "reject_once", "reject_always"];

export function askedOf(request: Pick<AgentRequest, "what" | "payload">): Asked {
  const payload = isObject(request.payload) ? request.payload : {};
  if (request.what === "permission") {
    const { toolCall, options } = payload as PermissionPayload;
    return {
      kind: "permission",
      call: toolCall ?? {},
      options: (options ?? []).toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind)),
    };
  }
  if (request.what === "login") {
    const methods = Array.isArray(payload.methods) ? payload.methods : [];
    return {
      kind: "login",
      message: typeof payload.message === "string" ? payload.message : "",
      methods: methods.flatMap(loginMethod),
    };
  }
  const { message, url, requestedSchema } = payload as QuestionPayload;
  const required = requestedSchema?.required ?? [];
  return {
    kind: "question",
    message: message ?? "",
    url: url !== undefined && /^https?:\/\//.test(url) ? url : null,
    fields: Object.entries(requestedSchema?.properties ?? {}).map(([name, field]) =>
      askedField(name, field, required.includes(name)),
    ),
  };
}

function loginMethod(method: unknown): LoginMethod[] {
  if (!isObject(method) || typeof method.id !== "string") return [];
  const { id, name, description, type, vars, _meta: meta } = method;
  const names = (Array.isArray(vars) ? vars : []).flatMap((one) =>
    isObject(one) && typeof one.name === "string" ? [one.name] : [],
  );
  return [
    {
      id,
      name: typeof name === "string" && name !== "" ? name : id,
      about: typeof description === "string" ? description : undefined,
      isTerminal: type === "terminal" || (isObject(meta) && isObject(meta["terminal-auth"])),
      variables: type === "env_var" ? names : [],
    },
  ];
}

function askedField(name: string, field: QuestionField, isRequired: boolean): AskedField {
  const choices =
    field.oneOf?.map((one) => ({ value: one.const, name: one.title ?? one.const })) ??
    field.enum?.map((value, index) => ({ value, name: field.enumNames?.[index] ?? value })) ??
    [];
  const type =
    choices.length > 0
      ? "choice"
      : field.type === "boolean"
        ? "check"
        : field.type === "number" || field.type === "integer"
          ? "number"
          : "text";
  const { default: initial } = field;
  return {
    name,
    label: field.title ?? name,
    about: field.description,
    isRequired,
    type,
    choices,
    initial:
      typeof initial === "string" || typeof initial === "number" || typeof initial === "boolean" ? `${initial}` : "",
  };
}

/** What was filled in, as the program asked for it; null when something that is needed is missing. */
export function contentOf(
  fields: readonly AskedField[],
  filled: Readonly<Record<string, string>>,
): Record<string, unknown> | null {
  const content: Record<string, unknown> = {};
  for (const field of fields) {
    const text = filled[field.name] ?? field.initial;
    if (field.type === "check") content[field.name] = text === "true";
    else if (text.trim() === "") {
      if (field.isRequired) return null;
    } else if (field.type === "number") {
      const number = Number(text);
      if (Number.isNaN(number)) return null;
      content[field.name] = number;
    } else content[field.name] = text;
  }
  return content;
}

/** The option that a key stands for: y allows once, n says no, a allows always. */
export function optionOf(options: readonly PermissionOption[], key: "y" | "n" | "a"): PermissionOption | undefined {
  const kinds = { y: ["allow_once"], n: ["reject_once", "reject_always"], a: ["allow_always"] }[key];
  return kinds.flatMap((kind) => options.filter((option) => option.kind === kind))[0];
}

export function keyOf(options: readonly PermissionOption[], option: PermissionOption): "y" | "n" | "a" | undefined {
  return (["y", "n", "a"] as const).find((key) => optionOf(options, key)?.optionId === option.optionId);
}

/** How a question ended. */
export type Outcome =
  | { kind: "selected"; optionId: string }
  | { kind: "accepted" }
  | { kind: "declined" }
  | { kind: "cancelled" }
  | { kind: "withdrawn" }
  | { kind: "void" };

export function outcomeOf(request: AgentRequest): Outcome | null {
  if (request.state === "open") return null;
  if (request.state === "withdrawn" || request.state === "void") return { kind: request.state };
  const result = isObject(request.answer) && isObject(request.answer.result) ? request.answer.result : {};
  if (isObject(result.outcome) && typeof result.outcome.optionId === "string") {
    return { kind: "selected", optionId: result.outcome.optionId };
  }
  if (result.action === "accept") return { kind: "accepted" };
  if (result.action === "decline") return { kind: "declined" };
  return { kind: "cancelled" };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
