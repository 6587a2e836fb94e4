import type { AgentProgram } from "@/contracts/http";
import { Select } from "@/ui/Field";
import { programStrings as strings } from "./strings";

export interface ProgramPickerProps {
  id?: string;
  programs: readonly AgentProgram[];
  value: string;
  onChange: (programId: string) => void;
}

/** Installed programs first; the others say that they are not there. */
export function ProgramPicker({ id, programs, value, onChange }: ProgramPickerProps) {
  return (
    <Select
      id={id}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      choices={[
        { value: "", name: strings.noProgram },
        ...installedFirst(programs.filter((program) => program.isForTerminals)).map((program) => ({
          value: program.id,
          name: program.isInstalled === false ? `${program.name} (${strings.missing})` : program.name,
        })),
      ]}
    />
  );
}

export function installedFirst(programs: readonly AgentProgram[]): AgentProgram[] {
  return programs.toSorted((a, b) => Number(b.isInstalled !== false) - Number(a.isInstalled !== false));
}
