import { count } from "@/lib/time";

/** Words of agents in lists. Apart from the others, for every page has them at once. */
export const listStrings = {
  started: "Started",
  archived: "Archived",

  cancelled: "Cancelled",
  preparing: "Preparing",
  landed: "Landed",
  doing: {
    preparing: (who: string) => `${who} is getting a branch and a worktree`,
    working: (who: string) => `${who} is working`,
    "needs-you": (who: string, questions: number) =>
      questions > 1 ? `${who} is waiting for ${questions} answers` : `${who} is waiting for your answer`,
    reconnecting: (who: string) => `Looking for ${who}`,
    "to-review": (who: string) => `${who} has finished what it was asked`,
    failed: (who: string) => `${who} could not go on`,
    idle: (who: string) => `${who} is ready for a request`,
    landed: () => "Its work has landed",
    done: () => "Over",
  },
  queued: (number: number) => `${count(number, "message", "messages")} waiting`,
};
