import { useQuery, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import type { Repository, Worktree } from "@/contracts/http";
import { troubleOf } from "@/lib/api";
import { Button } from "@/ui/Button";
import { Dialog, DialogBody } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { Row, Rows } from "@/ui/Page";
import { Skeleton } from "@/ui/Skeleton";
import { removeWorktree, repositoryName, worktreesQuery } from "./repositoryQueries";
import { repositoryStrings as strings } from "./strings";

export function WorktreesDialog({ repository, onClose }: { repository: Repository; onClose: () => void }) {
  const client = useQueryClient();
  const answer = useQuery(worktreesQuery(repository.id));
  const remove = async (worktree: Worktree) => {
    try {
      await removeWorktree(repository.id, worktree);
    } catch (error) {
      const { title, detail } = troubleOf(error);
      toast.error(title, { description: detail });
    }
    await client.invalidateQueries(worktreesQuery(repository.id));
  };
  const worktrees = answer.data?.worktrees.filter((worktree) => !worktree.isMain);
  return (
    <Dialog
      isOpen
      isWide
      onClose={onClose}
      title={strings.worktreesTitle(repositoryName(repository))}
      about={strings.worktreesAbout}
    >
      <DialogBody>
        {answer.error === null ? null : <Notice tone="failure" title={troubleOf(answer.error).title} />}
        {worktrees === undefined ? (
          answer.error === null ? (
            <Skeleton lines={3} />
          ) : null
        ) : worktrees.length === 0 ? (
          <p className="py-4 text-sm text-faint">{strings.noWorktrees}</p>
        ) : (
          <Rows>
            {worktrees.map((worktree) => (
              <Row key={worktree.path}>
                <span className="min-w-40 flex-1">
                  <span className="block truncate font-mono text-sm">{worktree.branch ?? worktree.path}</span>
                  <span className="block truncate text-xs text-faint">{worktree.path}</span>
                </span>
                <span className="text-xs text-faint">{strings.size(worktree.diskBytes)}</span>
                <span className={worktree.isSafeToRemove ? "text-xs text-done" : "text-xs text-needs"}>
                  {worktree.sessionIds.length > 0
                    ? strings.inUse
                    : worktree.isSafeToRemove
                      ? strings.safe
                      : strings.unsaved(worktree.uncommittedFiles ?? 0, worktree.unpushedCommits ?? 0)}
                </span>
                {repository.role === "viewer" ? null : (
                  <Button look="plain" disabled={!worktree.isSafeToRemove} onClick={() => void remove(worktree)}>
                    {strings.removeWorktree}
                  </Button>
                )}
              </Row>
            ))}
          </Rows>
        )}
        <div className="h-1" />
      </DialogBody>
    </Dialog>
  );
}
