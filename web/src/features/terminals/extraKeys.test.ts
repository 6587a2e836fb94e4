import { expect, it } from "vitest";
import { bytesOf, withControl } from "./extraKeys";
import { hex } from "./terminalColours";

it("arrows follow the application's cursor mode", () => {
  expect(bytesOf("up", false)).toBe("\u001b[A");
  expect(bytesOf("up", true)).toBe("\u001bOA");
});

it("Ctrl makes control characters of letters, and nothing of the rest", () => {
  expect(withControl("c")).toBe("\u0003");
  expect(withControl("[")).toBe("\u001b");
  expect(withControl(" ")).toBe("\0");
  expect(withControl("1")).toBeNull();
  expect(withControl("ab")).toBeNull();
});

it("colours are written for xterm", () => {
  expect(hex("rgb(18, 19, 22)")).toBe("#121316ff");
  expect(hex("rgba(139, 147, 255, 0.25)")).toBe("#8b93ff40");
});
