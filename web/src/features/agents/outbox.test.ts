import { expect, it } from "vitest";
import type { Turn } from "@/contracts/http";
import { ProblemError, UnreachableError } from "@/lib/api";
import { FakeClock } from "@/lib/fakeClock";
import { createStore } from "@/lib/store";
import { Outbox, type OutgoingMessage } from "./outbox";

const turn: Turn = JSON.parse('{"id":"t"}');

function message(key: string): OutgoingMessage {
  return { key, agentId: "a", workSessionId: "w", text: key, images: [], interrupt: false };
}

function stage(answers: (() => Turn)[]) {
  const clock = new FakeClock();
  const store = createStore<readonly OutgoingMessage[]>([]);
  const sent: string[] = [];
  const outbox = new Outbox({
    store,
    clock,
    send: async (each) => {
      sent.push(each.key);
      return (answers.shift() ?? (() => turn))();
    },
  });
  return { clock, store, sent, outbox };
}

const settles = async () => {
  for (let round = 0; round < 20; round++) await Promise.resolve();
};

const away = () => {
  throw new UnreachableError("away");
};
const no = () => {
  throw new ProblemError(409, { title: "The work session is over." });
};

it("messages go out in order, and are gone when they are taken", async () => {
  const { store, sent, outbox } = stage([]);
  outbox.add(message("one"));
  outbox.add(message("two"));
  await settles();

  expect(sent).toEqual(["one", "two"]);
  expect(store.get()).toEqual([]);
});

it("what the server could not be reached with is kept, and sent again under its key", async () => {
  const { clock, store, sent, outbox } = stage([away]);
  outbox.add(message("one"));
  await settles();
  expect(store.get()).toHaveLength(1);

  clock.advance(3_000);
  await settles();
  expect(sent).toEqual(["one", "one"]);
  expect(store.get()).toEqual([]);
});

it("what is refused stays with the reason and holds up nothing behind it", async () => {
  const { store, sent, outbox } = stage([no]);
  outbox.add(message("one"));
  outbox.add(message("two"));
  await settles();

  expect(sent).toEqual(["one", "two"]);
  expect(store.get()).toMatchObject([{ key: "one", trouble: { title: "The work session is over." } }]);

  outbox.again("one");
  await settles();
  expect(store.get()).toEqual([]);
});

it("what is dropped is not sent", async () => {
  const { clock, sent, outbox } = stage([away]);
  outbox.add(message("one"));
  await settles();
  outbox.drop("one");
  clock.advance(10_000);
  await settles();

  expect(sent).toEqual(["one"]);
});
