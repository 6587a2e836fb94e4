import { queryOptions } from "@tanstack/react-query";
import type {
  Branch,
  Member,
  Members,
  NewRepository,
  Repository,
  RepositorySettings,
  Worktree,
} from "@/contracts/http";
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

/** Asking for an address again tries the clone that failed, instead of adding another. */
export const cloneAgain = ({ hostId, url }: Repository) =>
  addRepository({ provider: "git", hostId, ...(url ? { url } : {}) });

export const changeRepository = (id: string, settings: RepositorySettings) =>
  call<{ repository: Repository }>("PATCH", path`/api/repositories/${id}`, settings);

export const removeRepository = (id: string) => call("DELETE", path`/api/repositories/${id}`);

export const membersQuery = (repositoryId: string) =>
  queryOptions({
    queryKey: ["members", repositoryId],
    queryFn: async ({ signal }) =>
      (await call<{ members: Member[] }>("GET", path`/api/repositories/${repositoryId}/members`, undefined, signal))
        .members,
  });

export const setMembers = (repositoryId: string, members: readonly Member[]) => {
  const body: Members = { members: members.map(({ userId, role }) => ({ userId, role })) };
  return call<{ members: Member[] }>("PUT", path`/api/repositories/${repositoryId}/members`, body);
};

export const removeWorktree = (repositoryId: string, worktree: Worktree) =>
  call("DELETE", path`/api/repositories/${repositoryId}/worktrees?path=${worktree.path}`);

export const repositoryName = (repository: Pick<Repository, "owner" | "name">) =>
  `${repository.owner}/${repository.name}`;
