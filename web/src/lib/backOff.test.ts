import { describe, expect, it } from "vitest";
import { backOff } from "./backOff";

describe("waiting between attempts", () => {
  it("doubles from 0.2 s and stops growing at 5 s", () => {
    expect([0, 1, 2, 3, 4, 5, 6, 50].map((attempt) => backOff(attempt, 1))).toEqual([
      200, 400, 800, 1600, 3200, 5000, 5000, 5000,
    ]);
  });

  it("is shortened by up to a quarter by chance", () => {
    expect(backOff(5, 0)).toBe(3750);
  });
});
