import type { Problem } from "@/contracts/http";

/** The server refused, or could not do it. `type` is what to switch on. */
export class ProblemError extends Error {
  readonly status: number;
  readonly problem: Problem;

  constructor(status: number, problem: Problem) {
    super(problem.title ?? `The server answered ${status}`);
    this.status = status;
    this.problem = problem;
  }

  /** Last part of the problem's type: "session-has-unsaved-work". */
  get code(): string {
    return this.problem.type?.split("/").at(-1) ?? "";
  }
}

/** The server could not be reached. */
export class UnreachableError extends Error {}

type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

export async function call<Answer = void>(
  method: Method,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
  more: Record<string, string> = {},
): Promise<Answer> {
  const headers: Record<string, string> = { accept: "application/json", ...more };
  if (method !== "GET") headers["atelier-request"] = "1";
  if (body !== undefined) headers["content-type"] = "application/json";
  let answer: Response;
  try {
    answer = await fetch(path, {
      method,
      headers,
      credentials: "same-origin",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (problem) {
    if (signal?.aborted) throw problem;
    throw new UnreachableError("The server can't be reached.");
  }
  const text = await answer.text();
  const value: unknown = text === "" ? undefined : readJson(text);
  if (!answer.ok) throw new ProblemError(answer.status, isProblem(value) ? value : { status: answer.status });
  // The contract says what an answer looks like; nothing here can know better.
  return value as Answer;
}

/** A path with its parts encoded: `path\`/api/sessions/${id}\``. */
export function path(parts: TemplateStringsArray, ...values: string[]): string {
  return parts.reduce((all, part, index) => all + encodeURIComponent(values[index - 1] ?? "") + part);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null;
}

/** What happened, and what to do, for a person. */
export interface Trouble {
  title: string;
  detail?: string;
  reference?: string;
}

export function troubleOf(error: unknown): Trouble {
  if (error instanceof UnreachableError) {
    return { title: "The server can't be reached", detail: "Check that it runs; nothing you did is lost." };
  }
  if (error instanceof ProblemError) {
    const { title, detail, traceId } = error.problem;
    return {
      title: title ?? fallbackTitle(error.status),
      ...(detail === undefined ? {} : { detail }),
      ...(typeof traceId === "string" && error.status >= 500 ? { reference: traceId } : {}),
    };
  }
  return { title: "Something in the page broke", detail: error instanceof Error ? error.message : String(error) };
}

function fallbackTitle(status: number): string {
  if (status === 401) return "You are not signed in";
  if (status === 403) return "You may not do this";
  if (status === 404) return "It is not there any more";
  if (status === 503) return "The server is busy coming back";
  return `The server answered ${status}`;
}
