import { expect, it } from "vitest";
import { settledPart } from "./streamedText";

const settled = (text: string) => text.slice(0, settledPart(text));

it("a growing text is settled up to its last finished paragraph", () => {
  expect(settled("One")).toBe("");
  expect(settled("One\n\nTw")).toBe("One\n\n");
  expect(settled("One\n\nTwo\n\nThr")).toBe("One\n\nTwo\n\n");
});

it("a block of code is not cut, however many empty lines it has", () => {
  expect(settled("One\n\n```js\na\n\nb")).toBe("One\n\n");
  expect(settled("```js\na\n\nb\n```\n\nEnd")).toBe("```js\na\n\nb\n```\n\n");
  expect(settled("````\n```\n\n````\n\nEnd")).toBe("````\n```\n\n````\n\n");
});
