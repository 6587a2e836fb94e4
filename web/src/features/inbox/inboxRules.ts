import type { InboxEntry, InboxItem, InboxKind } from "@/contracts/http";
import { inboxStrings as strings } from "./strings";

/** What an agent cannot go on without. */
export const askingKinds: readonly InboxKind[] = ["permission", "question", "budget"];

/** What needs somebody; what is finished can wait. */
export const needingKinds: readonly InboxKind[] = [...askingKinds, "failed"];

export function askingOf(items: readonly InboxEntry[]): InboxEntry[] {
  return items.filter((item) => askingKinds.includes(item.kind));
}

export function needingOf(items: readonly InboxEntry[]): InboxEntry[] {
  return items.filter((item) => needingKinds.includes(item.kind));
}

/** What became of an item, in words: who did what, or which rule. */
export function endOf(item: Pick<InboxItem, "state" | "answer" | "answeredByName" | "rule" | "kind">): string {
  const who = item.answeredByName ?? (item.rule ? strings.byRule(item.rule) : null);
  const did =
    item.state === "answered" ? (strings.answers[item.answer ?? ""] ?? strings.answered) : strings[item.state];
  return who === null ? did : `${who}: ${did}`;
}

/** What is told in this browser: what came since the page was opened, while nobody looks at it. */
export function toTell(known: ReadonlySet<string>, items: readonly InboxEntry[], isHidden: boolean): InboxEntry[] {
  return isHidden ? items.filter((item) => !known.has(item.id)) : [];
}
