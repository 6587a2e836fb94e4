import { expect, it } from "vitest";
import { EventStreamReader } from "./eventStream";

it("reads events that come in pieces, over comments and all line ends", () => {
  const reader = new EventStreamReader();
  const pieces = [": hello\n\nid: 7\neve", 'nt: host-changed\ndata: {"a"', ":1}\r\n", "\r\nid:8\ndata:x\ndata: y\n\n"];

  expect(pieces.flatMap((piece) => reader.read(piece))).toEqual([
    { id: "7", event: "host-changed", data: '{"a":1}' },
    { id: "8", event: "message", data: "x\ny" },
  ]);
});

it("gives nothing for an event without data", () => {
  expect(new EventStreamReader().read("event: x\n\n")).toEqual([]);
});
