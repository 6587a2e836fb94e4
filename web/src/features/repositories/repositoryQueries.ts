import { queryOptions } from "@tanstack/react-query";
import type { Branch, NewRepository, Repository, RepositorySettings, Worktree } from "@/contracts/http";
import { call, path } from "@/lib/api";

export const branchesQuery = (repository: Pick<Repository, "id">) =>
  queryOptions({
    queryKey: ["branches", repository.id],
    queryFn: ({ signal }) =>
      call<{ branches: Branch[]; defaultBranch?: string | null }>(
        "GET",
        path`/api/repositories/${repository.id}/branches`,
        undefined,
        signal,
      ),
    staleTime: 10_000,
  });

export const worktreesQuery = (repositoryId: string) =>
  queryOptions({
    queryKey: ["worktrees", repositoryId],
    queryFn: ({ signal }) =>
      call<{ worktrees: Worktree[] }>("GET", path`/api/repositories/${repositoryId}/worktrees`, undefined, signal),
    staleTime: 10_000,
  });

export const addRepository = (request: NewRepository) =>
  call<{ repository: Repository }>("POST", "/api/repositories", request);

export const changeRepository = (id: string, settings: RepositorySettings) =>
  call<{ repository: Repository }>("PATCH", path`/api/repositories/${id}`, settings);

export const removeRepository = (id: string) => call("DELETE", path`/api/repositories/${id}`);

export const removeWorktree = (repositoryId: string, worktree: Worktree) =>
  call("DELETE", path`/api/repositories/${repositoryId}/worktrees?path=${worktree.path}`);

export const repositoryName = (repository: Pick<Repository, "owner" | "name">) =>
  `${repository.owner}/${repository.name}`;
