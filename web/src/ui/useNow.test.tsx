import { act, render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { useNow } from "./useNow";

afterEach(() => vi.useRealTimers());

function Shown({ interval }: { interval: number }) {
  return <output>{useNow(interval)}</output>;
}

it("moves with its interval and stands still between", () => {
  vi.useFakeTimers({ now: 5_000_000 });
  const { rerender } = render(<Shown interval={700} />);
  const first = Number(screen.getByRole("status").textContent);
  vi.advanceTimersByTime(300);
  rerender(<Shown interval={700} />);
  expect(Number(screen.getByRole("status").textContent)).toBe(first);

  act(() => vi.advanceTimersByTime(500));
  expect(Number(screen.getByRole("status").textContent)).toBeGreaterThan(first);
});
