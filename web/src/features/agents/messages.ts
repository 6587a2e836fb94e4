import { systemClock } from "@/lib/link";
import { sendMessage } from "./agentQueries";
import { createOutboxStore, Outbox } from "./outbox";

/** What was sent and not taken yet, for all agents; it outlives a reload. */
export const outgoing = createOutboxStore();

export const outbox = new Outbox({
  store: outgoing,
  clock: systemClock,
  send: ({ agentId, workSessionId, text, images, interrupt, key }) =>
    sendMessage(
      agentId,
      {
        text,
        workSessionId,
        ...(interrupt ? { interrupt } : {}),
        ...(images.length === 0 ? {} : { images: [...images] }),
      },
      key,
    ),
});
