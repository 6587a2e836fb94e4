import { GitFork } from "lucide-react";
import type { Repository } from "@/contracts/http";
import { Combobox } from "@/ui/Combobox";
import { repositoryName } from "./repositoryQueries";
import { repositoryStrings as strings } from "./strings";

export interface RepositoryPickerProps {
  id?: string;
  repositories: readonly Repository[];
  value: string | null;
  onChange: (repositoryId: string) => void;
}

export function RepositoryPicker({ id, repositories, value, onChange }: RepositoryPickerProps) {
  return (
    <Combobox
      {...(id === undefined ? {} : { id })}
      label={strings.repository}
      placeholder={strings.chooseRepository}
      searchPlaceholder={strings.searchRepositories}
      none={strings.noRepositoryFound}
      value={value}
      choices={repositories
        .filter((repository) => repository.status === "ready")
        .map((repository) => ({
          value: repository.id,
          name: repositoryName(repository),
          note: repository.defaultBranch ?? undefined,
          icon: <GitFork size={14} aria-hidden className="shrink-0 text-faint" />,
        }))}
      onChange={onChange}
    />
  );
}
