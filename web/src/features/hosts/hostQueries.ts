import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { DirectoryListing } from "@/contracts/http";
import { call, path } from "@/lib/api";

export const directoryQuery = (hostId: string, directory: string | null, showHidden: boolean) =>
  queryOptions({
    queryKey: ["directories", hostId, directory, showHidden],
    queryFn: ({ signal }) => {
      const query = new URLSearchParams();
      if (directory !== null) query.set("path", directory);
      if (showHidden) query.set("hidden", "true");
      return call<DirectoryListing>("GET", `${path`/api/hosts/${hostId}/directories`}?${query}`, undefined, signal);
    },
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  });
