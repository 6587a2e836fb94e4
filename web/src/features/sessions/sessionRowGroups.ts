import type { Session } from "@/contracts/http";
import type { RowGroup } from "@/ui/GroupedRows";
import { grouped } from "./sessionRules";
import { sessionStrings as strings } from "./strings";

/** Sessions as lists and panes have them, what needs somebody first. */
export function sessionRowGroups(sessions: readonly Session[]): RowGroup<Session>[] {
  const groups = grouped(sessions);
  return (["needs", "running", "finished"] as const).map((key) => ({
    key,
    title: strings.groups[key],
    items: groups[key],
  }));
}
