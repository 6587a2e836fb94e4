import { describe, expect, it } from "vitest";
import type { AgentRequest } from "@/contracts/http";
import { askedOf, contentOf, keyOf, optionOf, outcomeOf } from "./requestRules";

const options = [
  { optionId: "no", name: "No", kind: "reject_once" },
  { optionId: "yes", name: "Yes", kind: "allow_once" },
  { optionId: "ever", name: "Always", kind: "allow_always" },
] as const;

function request(values: Partial<AgentRequest>): AgentRequest {
  return { id: "r", what: "permission", state: "open", payload: {}, createdAt: "2026-01-01T00:00:00Z", ...values };
}

describe("a permission", () => {
  it("has the program's own options, allowing first", () => {
    const asked = askedOf({ what: "permission", payload: { toolCall: { title: "x" }, options } });

    expect(asked.kind === "permission" && asked.options.map((option) => option.optionId)).toEqual([
      "yes",
      "ever",
      "no",
    ]);
  });

  it("is answered by y, n and a where there is such an option", () => {
    expect(optionOf(options, "y")?.optionId).toBe("yes");
    expect(optionOf(options, "n")?.optionId).toBe("no");
    expect(optionOf(options, "a")?.optionId).toBe("ever");
    expect(optionOf(options.slice(0, 1), "y")).toBeUndefined();
    expect(keyOf(options, options[0])).toBe("n");
  });

  it("that came with nothing is shown all the same", () => {
    expect(askedOf({ what: "permission", payload: null })).toEqual({ kind: "permission", call: {}, options: [] });
  });
});

describe("a question", () => {
  const payload = {
    message: "Which database?",
    requestedSchema: {
      properties: {
        kind: { type: "string", enum: ["pg", "lite"], enumNames: ["PostgreSQL", "SQLite"], title: "Kind" },
        port: { type: "integer", default: 5432 },
        tls: { type: "boolean" },
        note: { type: "string" },
      },
      required: ["kind"],
    },
  };
  const asked = askedOf({ what: "question", payload });
  const fields = asked.kind === "question" ? asked.fields : [];

  it("has a field for each thing it wants to know", () => {
    expect(fields.map((field) => [field.label, field.type, field.isRequired])).toEqual([
      ["Kind", "choice", true],
      ["port", "number", false],
      ["tls", "check", false],
      ["note", "text", false],
    ]);
  });

  it("is answered with what was filled in, in the types it asked for", () => {
    expect(contentOf(fields, { kind: "pg", tls: "true" })).toEqual({ kind: "pg", port: 5432, tls: true });
  });

  it("is not answered while something that is needed is missing", () => {
    expect(contentOf(fields, {})).toBeNull();
    expect(contentOf(fields, { kind: "pg", port: "x" })).toBeNull();
  });

  it("leads to no address but one of the web", () => {
    expect(askedOf({ what: "question", payload: { url: "javascript:alert(1)" } })).toMatchObject({ url: null });
    expect(askedOf({ what: "question", payload: { url: "https://x.org/" } })).toMatchObject({ url: "https://x.org/" });
  });
});

it("a question that is over says how it ended", () => {
  const answered = (answer: unknown) => outcomeOf(request({ state: "answered", answer }));

  expect(outcomeOf(request({}))).toBeNull();
  expect(outcomeOf(request({ state: "void" }))).toEqual({ kind: "void" });
  expect(answered({ result: { outcome: { outcome: "selected", optionId: "yes" } } })).toEqual({
    kind: "selected",
    optionId: "yes",
  });
  expect(answered({ result: { outcome: { outcome: "cancelled" } } })).toEqual({ kind: "cancelled" });
  expect(answered({ result: { action: "decline" } })).toEqual({ kind: "declined" });
  expect(answered({ error: { code: -32601 } })).toEqual({ kind: "cancelled" });
});
