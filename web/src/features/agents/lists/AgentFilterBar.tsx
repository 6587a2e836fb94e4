import clsx from "clsx";
import { ListFilter, X } from "lucide-react";
import { useState } from "react";
import { Button } from "@/ui/Button";
import { Check, Select } from "@/ui/Field";
import { agentGroups } from "../agentRules";
import { agentStrings } from "../strings";
import { type AgentsSearch, filterCount } from "./agentFilters";
import { boardStrings as strings } from "./boardStrings";

export interface Choice {
  value: string;
  name: string;
}

export interface AgentFilterBarProps {
  className?: string;
  search: AgentsSearch;
  repositories: readonly Choice[];
  programs: readonly Choice[];
  people: readonly Choice[];
  onChange: (part: { [Name in keyof AgentsSearch]?: AgentsSearch[Name] | undefined }) => void;
}

/** What narrows the list, each kept in the address. On a phone behind a button. */
export function AgentFilterBar({ className, search, repositories, programs, people, onChange }: AgentFilterBarProps) {
  const [isOpen, setOpen] = useState(false);
  const on = filterCount(search);
  const given = (value: string) => (value === "" ? undefined : value);
  return (
    <div className={clsx("flex flex-wrap items-center gap-2 pb-2", className)}>
      <Button
        className="md:hidden"
        icon={<ListFilter size={14} aria-hidden />}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {on === 0 ? strings.filters : strings.filtersOn(on)}
      </Button>
      <div className={clsx("flex flex-wrap items-center gap-2 max-md:w-full", isOpen ? "" : "max-md:hidden")}>
        <OneFilter
          name={strings.state}
          any={strings.anyState}
          value={search.state}
          choices={agentGroups.map((group) => ({ value: group, name: agentStrings.groups[group] }))}
          onChange={(value) => onChange({ state: agentGroups.find((group) => group === value) })}
        />
        <OneFilter
          name={strings.repository}
          any={strings.anyRepository}
          value={search.repository}
          choices={repositories}
          onChange={(value) => onChange({ repository: given(value) })}
        />
        <OneFilter
          name={strings.program}
          any={strings.anyProgram}
          value={search.program}
          choices={programs}
          onChange={(value) => onChange({ program: given(value) })}
        />
        {search.who === "all" ? (
          <OneFilter
            name={strings.person}
            any={strings.anyPerson}
            value={search.person}
            choices={people}
            onChange={(value) => onChange({ person: given(value) })}
          />
        ) : null}
        <Check
          label={agentStrings.showArchived}
          isChecked={search.archived === true}
          onChange={(isChecked) => onChange({ archived: isChecked || undefined })}
        />
        {on === 0 ? null : (
          <Button
            look="plain"
            icon={<X size={14} aria-hidden />}
            onClick={() =>
              onChange({
                state: undefined,
                repository: undefined,
                program: undefined,
                person: undefined,
                archived: undefined,
              })
            }
          >
            {strings.clear}
          </Button>
        )}
      </div>
    </div>
  );
}

interface OneFilterProps {
  name: string;
  any: string;
  value: string | undefined;
  choices: readonly Choice[];
  onChange: (value: string) => void;
}

function OneFilter({ name, any, value = "", choices, onChange }: OneFilterProps) {
  // What the address names is shown even where nothing is known of it.
  const known =
    value === "" || choices.some((choice) => choice.value === value) ? choices : [...choices, { value, name: value }];
  return (
    <Select
      aria-label={name}
      value={value}
      choices={[{ value: "", name: any }, ...known]}
      onChange={(event) => onChange(event.target.value)}
      className={clsx("h-7! max-w-44 text-sm! max-md:h-9!", value === "" ? "text-soft" : "font-medium")}
    />
  );
}
