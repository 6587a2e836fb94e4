import { useQuery } from "@tanstack/react-query";
import { Ellipsis, GitFork, Plus } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { useLists, useOperation, useTakeNews } from "@/app/live";
import type { NewRepository, Repository, RepositorySettings } from "@/contracts/http";
import { meQuery } from "@/features/accounts";
import { troubleOf } from "@/lib/api";
import { Button } from "@/ui/Button";
import { ConfirmDialog } from "@/ui/ConfirmDialog";
import { IconButton } from "@/ui/IconButton";
import { Menu } from "@/ui/Menu";
import { Row, Rows, Section } from "@/ui/Page";
import { Skeleton } from "@/ui/Skeleton";
import { uiStrings } from "@/ui/strings";
import { AddRepositoryDialog } from "./AddRepositoryDialog";
import { MembersDialog } from "./MembersDialog";
import { RepositoryDialog } from "./RepositoryDialog";
import { addRepository, changeRepository, cloneAgain, removeRepository, repositoryName } from "./repositoryQueries";
import { repositoryStrings as strings } from "./strings";
import { WorktreesDialog } from "./WorktreesDialog";

export function RepositoriesSection() {
  const lists = useLists((all) => all);
  const takeNews = useTakeNews();
  const me = useQuery(meQuery);
  const host = lists?.hosts.find((each) => each.isLocal) ?? lists?.hosts[0];
  const taken = (repository: Repository) => takeNews({ event: "repository-changed", data: { repository } });
  return (
    <RepositoriesView
      repositories={lists?.repositories}
      hostId={host?.id}
      canAdd={me.data?.mayRunPrograms === true}
      onAdd={async (request) => taken((await addRepository(request)).repository)}
      onRetry={async (repository) => {
        try {
          taken((await cloneAgain(repository)).repository);
        } catch (error) {
          const { title, detail } = troubleOf(error);
          toast.error(title, { description: detail });
        }
      }}
      onSave={async (repository, settings) => taken((await changeRepository(repository.id, settings)).repository)}
      onRemove={async (repository) => {
        try {
          await removeRepository(repository.id);
          takeNews({ event: "repository-removed", data: { repositoryId: repository.id } });
          toast(strings.removed(repositoryName(repository)));
        } catch (error) {
          const { title, detail } = troubleOf(error);
          toast.error(strings.removeRefused, { description: detail ?? title });
        }
      }}
    />
  );
}

export interface RepositoriesViewProps {
  repositories: readonly Repository[] | undefined;
  hostId: string | undefined;
  canAdd: boolean;
  onAdd: (request: NewRepository) => Promise<void>;
  onRetry: (repository: Repository) => void;
  onSave: (repository: Repository, settings: RepositorySettings) => Promise<void>;
  onRemove: (repository: Repository) => void;
}

type Open = { kind: "add" } | { kind: "edit" | "remove" | "worktrees" | "members"; repository: Repository };

export function RepositoriesView({
  repositories,
  hostId,
  canAdd,
  onAdd,
  onRetry,
  onSave,
  onRemove,
}: RepositoriesViewProps) {
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  return (
    <Section
      title={strings.title}
      about={strings.about}
      actions={
        canAdd ? (
          <Button icon={<Plus size={15} aria-hidden />} onClick={() => setOpen({ kind: "add" })}>
            {strings.add}
          </Button>
        ) : null
      }
    >
      {repositories === undefined ? (
        <Skeleton />
      ) : repositories.length === 0 ? (
        <p className="text-sm text-faint">{canAdd ? strings.none : strings.noneYours}</p>
      ) : (
        <Rows>
          {repositories.map((repository) => (
            <Row key={repository.id}>
              <GitFork size={16} aria-hidden className="text-faint" />
              <span className="min-w-40 flex-1">
                <span className="font-medium">{repositoryName(repository)}</span>
                <span className="block truncate font-mono text-xs text-faint">
                  {repository.path ?? repository.url ?? repository.provider}
                </span>
              </span>
              <Progress
                repository={repository}
                onRetry={canAdd && repository.role !== "viewer" ? onRetry : undefined}
              />
              <Menu
                trigger={
                  <IconButton name={strings.menu(repositoryName(repository))}>
                    <Ellipsis size={16} aria-hidden />
                  </IconButton>
                }
                entries={[
                  { name: strings.worktrees, onSelect: () => setOpen({ kind: "worktrees", repository }) },
                  { name: strings.members, onSelect: () => setOpen({ kind: "members", repository }) },
                  ...(repository.role === "owner"
                    ? ([
                        { name: strings.edit, onSelect: () => setOpen({ kind: "edit", repository }) },
                        { kind: "line" },
                        {
                          name: strings.remove,
                          isDangerous: true,
                          onSelect: () => setOpen({ kind: "remove", repository }),
                        },
                      ] as const)
                    : []),
                ]}
              />
            </Row>
          ))}
        </Rows>
      )}
      {open?.kind === "add" ? <AddRepositoryDialog hostId={hostId} onAdd={onAdd} onClose={close} /> : null}
      {open?.kind === "edit" ? (
        <RepositoryDialog
          repository={open.repository}
          onSave={(settings) => onSave(open.repository, settings)}
          onClose={close}
        />
      ) : null}
      {open?.kind === "members" ? (
        <MembersDialog repository={open.repository} canChange={open.repository.role === "owner"} onClose={close} />
      ) : null}
      {open?.kind === "worktrees" ? <WorktreesDialog repository={open.repository} onClose={close} /> : null}
      {open?.kind === "remove" ? (
        <ConfirmDialog
          title={strings.removeTitle(repositoryName(open.repository))}
          about={strings.removeAbout}
          submit={strings.removeSubmit}
          onConfirm={() => onRemove(open.repository)}
          onClose={close}
        />
      ) : null}
    </Section>
  );
}

interface ProgressProps {
  repository: Repository;
  onRetry: ((repository: Repository) => void) | undefined;
}

/** A clone under way, in words and counts; or why it did not come about. */
function Progress({ repository, onRetry }: ProgressProps) {
  const operation = useOperation(repository.id);
  if (repository.status === "failed") {
    return (
      <>
        <span className="order-last basis-full pl-7 text-xs text-failed wrap-anywhere">
          {strings.notCloned(repository.problem)}
        </span>
        {onRetry === undefined ? null : (
          <Button look="plain" onClick={() => onRetry(repository)}>
            {uiStrings.retry}
          </Button>
        )}
      </>
    );
  }
  if (repository.status !== "cloning") return null;
  return (
    <span role="status" className="text-xs text-working">
      {operation?.state === "running"
        ? strings.cloning(operation.phase, operation.completed, operation.total)
        : strings.cloningNow}
    </span>
  );
}
