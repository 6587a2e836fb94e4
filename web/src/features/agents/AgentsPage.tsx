import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useLists } from "@/app/live";
import { useNavigation } from "@/app/navigation";
import { meQuery, usersQuery } from "@/features/accounts";
import { createKeptStore } from "@/lib/store";
import { useStore } from "@/ui/useStore";
import { AgentsView } from "./lists/AgentsView";
import type { AgentsSearch, AgentsView as View } from "./lists/agentFilters";
import { useArchiving } from "./lists/useArchiving";

/** As the person had it last, where the address does not say. */
const lastView = createKeptStore<View>(
  "atelier.agents-view",
  "list",
  (value): value is View => value === "list" || value === "board",
);

export default function AgentsPage({ search }: { search: AgentsSearch }) {
  const lists = useLists((all) => all);
  const me = useQuery(meQuery).data;
  const users = useQuery({ ...usersQuery, staleTime: 60_000 }).data;
  const view = useStore(lastView);
  const navigate = useNavigate();
  const { openCreateAgent } = useNavigation();
  const archiving = useArchiving();
  const shown = useMemo(() => ({ view, ...search }), [view, search]);
  return (
    <AgentsView
      lists={lists}
      search={shown}
      me={me?.id}
      users={users ?? []}
      onSearch={(part) => {
        if (part.view !== undefined) lastView.set(part.view);
        const next = { ...search, ...part };
        void navigate({ to: "/agents", search: withoutNothing(next), replace: "q" in part });
      }}
      onCreate={openCreateAgent}
      onArchive={archiving.toggle}
      onArchiveAll={archiving.archiveAll}
    />
  );
}

function withoutNothing(search: { [Name in keyof AgentsSearch]?: AgentsSearch[Name] | undefined }): AgentsSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined && value !== ""));
}
