import { useQuery } from "@tanstack/react-query";
import { Bot, Ellipsis, Plus } from "lucide-react";
import { type FormEvent, type ReactNode, useState } from "react";
import { toast } from "sonner";
import { useLists, useTakeNews } from "@/app/live";
import type { AgentProgram, ProgramSettings, SandboxKind } from "@/contracts/http";
import { meQuery } from "@/features/accounts";
import { type Trouble, troubleOf } from "@/lib/api";
import { Button } from "@/ui/Button";
import { ConfirmDialog } from "@/ui/ConfirmDialog";
import { Dialog, DialogActions, DialogBody } from "@/ui/Dialog";
import { Field, Select, TextArea, TextInput } from "@/ui/Field";
import { IconButton } from "@/ui/IconButton";
import { Menu } from "@/ui/Menu";
import { Notice } from "@/ui/Notice";
import { Row, Rows, Section } from "@/ui/Page";
import { Skeleton } from "@/ui/Skeleton";
import { uiStrings } from "@/ui/strings";
import { InstallProgram, useProgramInstalls } from "./InstallProgram";
import { installedFirst } from "./ProgramPicker";
import { addProgram, changeProgram, removeProgram } from "./programQueries";
import { programStrings as strings } from "./strings";

export function ProgramsSection() {
  const { uninstall } = useProgramInstalls();
  const programs = useLists((lists) => lists.agentPrograms);
  const takeNews = useTakeNews();
  const me = useQuery(meQuery);
  return (
    <ProgramsView
      programs={programs}
      canChange={me.data?.isAdministrator === true}
      renderInstall={(program) => <InstallProgram program={program} />}
      onUninstall={(program) => void uninstall(program)}
      onSave={async (program, settings) => {
        const answer = await (program === null ? addProgram(settings) : changeProgram(program.id, settings));
        takeNews({ event: "agent-program-changed", data: { agentProgram: answer.agentProgram } });
      }}
      onRemove={async (program) => {
        try {
          await removeProgram(program.id);
          takeNews({ event: "agent-program-removed", data: { agentProgramId: program.id } });
        } catch (error) {
          toast.error(strings.removeRefused, { description: troubleOf(error).title });
        }
      }}
    />
  );
}

export interface ProgramsViewProps {
  programs: readonly AgentProgram[] | undefined;
  /** Programs run as the host's user, so administrators alone say which there are. */
  canChange: boolean;
  /** What installs one that is not there, or says how far that has come. */
  renderInstall?: (program: AgentProgram) => ReactNode;
  onUninstall?: (program: AgentProgram) => void;
  onSave: (program: AgentProgram | null, settings: ProgramSettings) => Promise<void>;
  onRemove: (program: AgentProgram) => void;
}

export function ProgramsView({ programs, canChange, renderInstall, onUninstall, onSave, onRemove }: ProgramsViewProps) {
  const [edited, setEdited] = useState<AgentProgram | "new" | null>(null);
  const [removed, setRemoved] = useState<AgentProgram | null>(null);
  const [uninstalled, setUninstalled] = useState<AgentProgram | null>(null);
  return (
    <Section
      title={strings.title}
      about={strings.about}
      actions={
        canChange ? (
          <Button icon={<Plus size={15} aria-hidden />} onClick={() => setEdited("new")}>
            {strings.add}
          </Button>
        ) : null
      }
    >
      {programs === undefined ? (
        <Skeleton />
      ) : programs.length === 0 ? (
        <p className="text-sm text-faint">{strings.none}</p>
      ) : (
        <Rows>
          {installedFirst(programs).map((program) => (
            <Row key={program.id}>
              <Bot size={16} aria-hidden className="text-faint" />
              <span className="min-w-40 flex-1">
                <span className="font-medium">{program.name}</span>
                {program.isBuiltIn ? <span className="text-xs text-faint"> · {strings.builtIn}</span> : null}
                {program.commandTemplate ? (
                  <code className="block truncate font-mono text-xs text-faint">{program.commandTemplate}</code>
                ) : null}
                {program.note ? <span className="block text-xs text-faint">{program.note}</span> : null}
              </span>
              {canChange ? renderInstall?.(program) : null}
              <span className={program.isInstalled === false ? "text-xs text-faint" : "text-xs text-done"}>
                {program.isInstalled === false
                  ? strings.missing
                  : program.installedVersion
                    ? strings.version(program.installedVersion)
                    : strings.installed}
              </span>
              {!canChange || (program.isBuiltIn && !program.installedVersion) ? null : (
                <Menu
                  trigger={
                    <IconButton name={strings.menu(program.name)}>
                      <Ellipsis size={16} aria-hidden />
                    </IconButton>
                  }
                  entries={[
                    ...(program.installedVersion
                      ? [{ name: strings.uninstall, isDangerous: true, onSelect: () => setUninstalled(program) }]
                      : []),
                    ...(program.isBuiltIn
                      ? []
                      : [
                          { name: strings.edit, onSelect: () => setEdited(program) },
                          { name: strings.remove, isDangerous: true, onSelect: () => setRemoved(program) },
                        ]),
                  ]}
                />
              )}
            </Row>
          ))}
        </Rows>
      )}
      {edited === null ? null : (
        <ProgramDialog
          program={edited === "new" ? null : edited}
          onClose={() => setEdited(null)}
          onSave={(settings) => onSave(edited === "new" ? null : edited, settings)}
        />
      )}
      {uninstalled === null ? null : (
        <ConfirmDialog
          title={strings.uninstallTitle(uninstalled.name)}
          about={strings.uninstallAbout}
          submit={strings.uninstallSubmit}
          onConfirm={() => onUninstall?.(uninstalled)}
          onClose={() => setUninstalled(null)}
        />
      )}
      {removed === null ? null : (
        <ConfirmDialog
          title={strings.removeTitle(removed.name)}
          about={strings.removeAbout}
          submit={strings.removeSubmit}
          onConfirm={() => onRemove(removed)}
          onClose={() => setRemoved(null)}
        />
      )}
    </Section>
  );
}

interface ProgramDialogProps {
  program: AgentProgram | null;
  onClose: () => void;
  onSave: (settings: ProgramSettings) => Promise<void>;
}

function ProgramDialog({ program, onClose, onSave }: ProgramDialogProps) {
  const [name, setName] = useState(program?.name ?? "");
  const [command, setCommand] = useState(program?.commandTemplate ?? "");
  const [carryOn, setCarryOn] = useState(program?.continueTemplate ?? "");
  const [patterns, setPatterns] = useState((program?.askingPatterns ?? []).join("\n"));
  const [sandbox, setSandbox] = useState<SandboxKind>(program?.sandbox ?? "none");
  const [trouble, setTrouble] = useState<Trouble | undefined>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setTrouble(undefined);
    try {
      await onSave({
        name: name.trim(),
        commandTemplate: command.trim(),
        continueTemplate: carryOn.trim(),
        askingPatterns: patterns.split("\n").filter((line) => line.trim() !== ""),
        sandbox,
      });
      onClose();
    } catch (error) {
      setTrouble(troubleOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog isOpen onClose={onClose} title={program === null ? strings.addTitle : strings.editTitle(program.name)}>
      <form onSubmit={submit} className="flex min-h-0 flex-col">
        <DialogBody>
          <Field label={strings.name}>
            {(ids) => <TextInput {...ids} value={name} onChange={(event) => setName(event.target.value)} />}
          </Field>
          <Field label={strings.command} about={strings.commandAbout}>
            {(ids) => (
              <TextInput {...ids} isMono value={command} onChange={(event) => setCommand(event.target.value)} />
            )}
          </Field>
          <Field label={strings.continueCommand} about={strings.continueAbout}>
            {(ids) => (
              <TextInput {...ids} isMono value={carryOn} onChange={(event) => setCarryOn(event.target.value)} />
            )}
          </Field>
          <Field label={strings.patterns} about={strings.patternsAbout}>
            {(ids) => (
              <TextArea {...ids} isMono value={patterns} onChange={(event) => setPatterns(event.target.value)} />
            )}
          </Field>
          <Field label={strings.sandbox}>
            {(ids) => (
              <Select
                {...ids}
                choices={strings.sandboxes}
                value={sandbox}
                onChange={(event) => setSandbox(event.target.value === "bubblewrap" ? "bubblewrap" : "none")}
              />
            )}
          </Field>
          {trouble === undefined ? null : (
            <Notice tone="failure" title={trouble.title} reference={trouble.reference}>
              {trouble.detail}
            </Notice>
          )}
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>{uiStrings.cancel}</Button>
          <Button type="submit" look="primary" isBusy={isBusy} disabled={name.trim() === "" || command.trim() === ""}>
            {strings.save}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
