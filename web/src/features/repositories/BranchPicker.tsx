import { useQuery } from "@tanstack/react-query";
import { GitBranch } from "lucide-react";
import type { Branch, Repository } from "@/contracts/http";
import { troubleOf } from "@/lib/api";
import { relativeTime } from "@/lib/time";
import { Combobox } from "@/ui/Combobox";
import { Field } from "@/ui/Field";
import { useNow } from "@/ui/useNow";
import { branchesQuery } from "./repositoryQueries";
import { repositoryStrings as strings } from "./strings";

export interface ChosenBranch {
  name: string;
  /** What a new branch starts from; null for one that is there. */
  base: string | null;
}

export interface BranchPickerProps {
  repository: Repository;
  chosen: ChosenBranch | null;
  onChange: (chosen: ChosenBranch) => void;
  problem?: string | undefined;
}

export function BranchPicker({ repository, chosen, onChange, problem }: BranchPickerProps) {
  const answer = useQuery(branchesQuery(repository));
  const trouble = answer.error === null ? undefined : troubleOf(answer.error);
  return (
    <BranchFields
      branches={answer.data?.branches ?? []}
      defaultBranch={answer.data?.defaultBranch ?? repository.defaultBranch ?? null}
      chosen={chosen}
      onChange={onChange}
      problem={
        problem ??
        (trouble && `${strings.branchesTrouble}: ${trouble.title}${trouble.detail ? `. ${trouble.detail}` : ""}`)
      }
    />
  );
}

export interface BranchFieldsProps {
  branches: readonly Branch[];
  defaultBranch: string | null;
  chosen: ChosenBranch | null;
  onChange: (chosen: ChosenBranch) => void;
  problem?: string | undefined;
}

export function BranchFields({ branches, defaultBranch, chosen, onChange, problem }: BranchFieldsProps) {
  const now = useNow(30_000);
  const base = chosen?.base ?? defaultBranch ?? branches[0]?.name ?? "HEAD";
  const icon = <GitBranch size={14} aria-hidden className="shrink-0 text-faint" />;
  const choices = branches.map((branch) => ({
    value: branch.name,
    name: branch.name,
    icon,
    note: noteOf(branch, now),
  }));
  return (
    <>
      <Field
        label={strings.branch}
        about={chosen === null || chosen.base === null ? undefined : strings.newBranchNote(chosen.name)}
        problem={problem}
      >
        {({ id }) => (
          <Combobox
            id={id}
            label={strings.branch}
            isMono
            placeholder={strings.chooseBranch}
            searchPlaceholder={strings.searchBranches}
            value={chosen?.name ?? null}
            choices={choices}
            none={strings.noBranchFound}
            createName={(typed) => strings.newBranch(typed, base)}
            onChange={(name, isNew) => onChange({ name, base: isNew ? base : null })}
          />
        )}
      </Field>
      {chosen === null || chosen.base === null ? null : (
        <Field label={strings.base}>
          {({ id }) => (
            <Combobox
              id={id}
              label={strings.base}
              isMono
              placeholder={strings.base}
              searchPlaceholder={strings.searchBranches}
              value={chosen.base}
              choices={choices}
              none={strings.noBranchFound}
              onChange={(name) => onChange({ ...chosen, base: name })}
            />
          )}
        </Field>
      )}
    </>
  );
}

function noteOf(branch: Branch, now: number): string {
  const parts = [
    branch.isRemoteOnly ? strings.remoteOnly : null,
    branch.worktreePath ? strings.checkedOut : null,
    branch.committedAt ? relativeTime(branch.committedAt, now) : null,
  ];
  return parts.filter((part) => part !== null).join(" · ");
}
