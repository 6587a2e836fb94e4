import { expect, it } from "vitest";
import type { InboxEntry } from "@/contracts/http";
import { askingOf, endOf, needingOf, toTell } from "./inboxRules";

function entry(id: string, kind: InboxEntry["kind"]): InboxEntry {
  return { id, kind, state: "open", title: id, agentId: "a", createdAt: "2026-01-01T00:00:00Z" };
}

const items = [entry("1", "permission"), entry("2", "finished"), entry("3", "failed"), entry("4", "budget")];

it("what asks needs somebody, and so does what failed; what is finished can wait", () => {
  expect(askingOf(items).map((item) => item.id)).toEqual(["1", "4"]);
  expect(needingOf(items).map((item) => item.id)).toEqual(["1", "3", "4"]);
});

it("what became of an item says who did it, or which rule", () => {
  expect(endOf({ kind: "permission", state: "answered", answer: "allow_once", answeredByName: "Ada" })).toBe(
    "Ada: allowed",
  );
  expect(endOf({ kind: "permission", state: "answered", answer: "reject_once", rule: "rm …" })).toBe(
    "Rule “rm …”: rejected",
  );
  expect(endOf({ kind: "question", state: "expired", answer: "cancel" })).toBe("nobody answered in time");
  expect(endOf({ kind: "finished", state: "dismissed", answeredByName: "Ada" })).toBe("Ada: dismissed");
});

it("what came since is told while nobody looks, and nothing else", () => {
  const known = new Set(["1", "2"]);

  expect(toTell(known, items, true).map((item) => item.id)).toEqual(["3", "4"]);
  expect(toTell(known, items, false)).toEqual([]);
});
