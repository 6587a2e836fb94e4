import { ProblemError } from "@/lib/api";
import type { RemovalOptions } from "@/ui/RemovalDialog";
import { sessionStrings } from "./strings";

const strings = sessionStrings.remove;

/** What a refused deletion would have cost. Counts are null when the server could not tell. */
export interface WouldLose {
  uncommittedFiles: number | null;
  unpushedCommits: number | null;
}

/** Reads the counts out of the refusal; null when it was refused for another reason. */
export function lossOf(error: unknown): WouldLose | null {
  if (!(error instanceof ProblemError) || error.status !== 409) return null;
  const { uncommittedFiles, unpushedCommits } = error.problem;
  const files = typeof uncommittedFiles === "number" ? uncommittedFiles : null;
  const commits = typeof unpushedCommits === "number" ? unpushedCommits : null;
  return files === null && commits === null ? null : { uncommittedFiles: files, unpushedCommits: commits };
}

export function lossWords({ uncommittedFiles, unpushedCommits }: WouldLose): string {
  const text = strings.loses(uncommittedFiles ?? 0, unpushedCommits ?? 0);
  return text === "" ? strings.losesUnknown : text;
}

/** How something is removed, as the query of the call. */
export function removalQuery(options: RemovalOptions): string {
  const query = new URLSearchParams();
  if (options.discardWork) query.set("discardWork", "true");
  if (options.keepWorktree) query.set("keepWorktree", "true");
  return query.size > 0 ? `?${query}` : "";
}
