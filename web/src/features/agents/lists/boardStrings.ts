import { count } from "@/lib/time";

/** Words of the list, the board and the search of agents. */
export const boardStrings = {
  whose: "Whose agents",
  mine: "My agents",
  all: "All",
  views: "View",
  list: "List",
  board: "Board",
  search: "Search agents and conversations",

  filters: "Filters",
  filtersOn: (number: number) => `Filters: ${number}`,
  state: "State",
  anyState: "Any state",
  repository: "Repository",
  anyRepository: "Any repository",
  program: "Program",
  anyProgram: "Any program",
  person: "Person",
  anyPerson: "Anybody",
  clear: "Clear filters",

  noneMineTitle: "None of these agents is yours",
  noneMine: "Others have given tasks here.",
  showAll: "Show all agents",
  noneFiltered: "No agent is like that.",
  emptyColumn: {
    needs: "Nobody waits for you.",
    working: "Nothing is being done.",
    review: "Nothing is to be looked at.",
    failed: "Nothing has gone wrong.",
    done: "Nothing is done yet.",
  },
  archived: "Archived",
  archiveAll: (number: number) => `Archive ${number === 1 ? "it" : `all ${number}`}`,
  archivedAll: (number: number) => `${count(number, "agent was", "agents were")} archived`,
  archiveFocused: "Archive the agent under the cursor",

  found: "In conversations",
  foundHere: (number: number, hasMore: boolean) => `${number}${hasMore ? "+" : ""}`,
  searching: "Looking through conversations",
  noneFound: "Nothing was said about that.",
  notSearched: "Conversations were not searched",
  older: "There are older places. Say more words to find them.",
  asked: "asked",
  said: "said",
};
