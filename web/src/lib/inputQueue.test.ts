import { describe, expect, it } from "vitest";
import {
  acknowledged,
  attached,
  emptyQueue,
  type InputQueue,
  numbered,
  refused,
  restored,
  stored,
  underNewName,
  withInput,
} from "./inputQueue";

function typed(queue: InputQueue, ...texts: string[]): InputQueue {
  return texts.reduce((all, data) => withInput(all, { kind: "text", data }), queue);
}

function numbers(queue: InputQueue): (number | null)[] {
  return queue.waiting.map((input) => input.seq);
}

describe("the input queue", () => {
  it("numbers what is typed before the first attachment on from inputAck", () => {
    const { queue, dropped } = attached(typed(emptyQueue, "a", "b"), 3, 7);

    expect(numbers(queue)).toEqual([8, 9]);
    expect(queue.last).toBe(9);
    expect(dropped).toEqual([]);
  });

  it("forgets what the keeper had acknowledged while we were away, and keeps the numbers of the rest", () => {
    const sent = numbered(typed(attached(emptyQueue, 1, 0).queue, "a", "b", "c")).queue;

    expect(numbers(attached(sent, 1, 2).queue)).toEqual([3]);
  });

  it("drops everything when another process runs", () => {
    const sent = numbered(typed(attached(emptyQueue, 1, 0).queue, "a")).queue;
    const { queue, dropped } = attached(typed(sent, "b"), 2, 0);

    expect(queue.waiting).toEqual([]);
    expect(dropped).toHaveLength(2);
    expect(queue.epoch).toBe(2);
  });

  it("gives numbers only to what is new", () => {
    const first = numbered(typed(attached(emptyQueue, 1, 0).queue, "a"));
    const second = numbered(typed(first.queue, "b"));

    expect(second.toSend.map((input) => input.seq)).toEqual([2]);
  });

  it("numbers anew from the number the keeper expected", () => {
    const sent = numbered(typed(attached(emptyQueue, 1, 4).queue, "a", "b")).queue;

    expect(numbers(refused(sent, 3))).toEqual([3, 4]);
  });

  it("keeps what was not sent when another tab has its name", () => {
    const sent = numbered(typed(attached(emptyQueue, 1, 0).queue, "sent")).queue;
    const { queue, dropped } = underNewName(typed(sent, "unsent"));

    expect(queue.waiting.map((input) => input.payload)).toEqual([{ kind: "text", data: "unsent" }]);
    expect(dropped).toHaveLength(1);
  });

  it("survives a reload without its images", () => {
    const queue = withInput(typed(attached(emptyQueue, 1, 0).queue, "a"), {
      kind: "image",
      mimeType: "image/png",
      data: "…",
    });

    expect(restored(stored(queue)).waiting).toHaveLength(1);
    expect(stored(acknowledged(emptyQueue, 1))).toBeNull();
  });

  it.each(["{", "null", '{"waiting":3}'])("starts empty from a storage that holds %s", (text) => {
    expect(restored(text)).toEqual(emptyQueue);
  });
});
