import { Plus, X } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { Repository, RepositorySettings } from "@/contracts/http";
import { type Trouble, troubleOf } from "@/lib/api";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions, DialogBody } from "@/ui/Dialog";
import { Field, TextArea, TextInput } from "@/ui/Field";
import { IconButton } from "@/ui/IconButton";
import { Notice } from "@/ui/Notice";
import { uiStrings } from "@/ui/strings";
import { repositoryName } from "./repositoryQueries";
import { repositoryStrings as strings } from "./strings";

export interface RepositoryDialogProps {
  repository: Repository;
  onSave: (settings: RepositorySettings) => Promise<void>;
  onClose: () => void;
}

interface Template {
  key: number;
  path: string;
  text: string;
}

/** What happens in each new worktree of a repository. */
export function RepositoryDialog({ repository, onSave, onClose }: RepositoryDialogProps) {
  const [setup, setSetup] = useState(repository.setupCommand ?? "");
  const [copied, setCopied] = useState((repository.copyFiles ?? []).join("\n"));
  const [templates, setTemplates] = useState<Template[]>(() =>
    Object.entries(repository.templateFiles ?? {}).map(([path, text], key) => ({ key, path, text })),
  );
  const [trouble, setTrouble] = useState<Trouble | undefined>();
  const [isBusy, setBusy] = useState(false);
  const change = (key: number, part: Partial<Template>) =>
    setTemplates(templates.map((template) => (template.key === key ? { ...template, ...part } : template)));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setTrouble(undefined);
    try {
      await onSave({
        setupCommand: setup.trim(),
        copyFiles: copied.split("\n").flatMap((line) => (line.trim() === "" ? [] : [line.trim()])),
        templateFiles: Object.fromEntries(
          templates.filter(({ path }) => path.trim() !== "").map(({ path, text }) => [path.trim(), text]),
        ),
      });
      onClose();
    } catch (error) {
      setTrouble(troubleOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog isOpen onClose={onClose} title={strings.editTitle(repositoryName(repository))}>
      <form onSubmit={submit} className="flex min-h-0 flex-col">
        <DialogBody>
          <Field label={strings.setup} about={strings.setupAbout}>
            {(ids) => <TextInput {...ids} isMono value={setup} onChange={(event) => setSetup(event.target.value)} />}
          </Field>
          <Field label={strings.copyFiles} about={strings.copyFilesAbout}>
            {(ids) => <TextArea {...ids} isMono value={copied} onChange={(event) => setCopied(event.target.value)} />}
          </Field>
          <fieldset className="flex flex-col gap-2">
            <legend className="text-sm font-medium text-soft">{strings.templates}</legend>
            <p className="text-xs text-faint">{strings.templatesAbout}</p>
            {templates.map((template) => (
              <div key={template.key} className="flex flex-col gap-1.5 rounded-md border border-line p-2">
                <div className="flex gap-1">
                  <TextInput
                    isMono
                    aria-label={strings.templatePath}
                    placeholder={strings.templatePath}
                    value={template.path}
                    onChange={(event) => change(template.key, { path: event.target.value })}
                  />
                  <IconButton
                    name={strings.removeTemplate(template.path)}
                    onClick={() => setTemplates(templates.filter((each) => each.key !== template.key))}
                  >
                    <X size={15} aria-hidden />
                  </IconButton>
                </div>
                <TextArea
                  isMono
                  aria-label={strings.templateText}
                  placeholder={strings.templateText}
                  value={template.text}
                  onChange={(event) => change(template.key, { text: event.target.value })}
                />
              </div>
            ))}
            <Button
              className="self-start"
              icon={<Plus size={15} aria-hidden />}
              onClick={() => setTemplates([...templates, { key: Date.now(), path: "", text: "" }])}
            >
              {strings.addTemplate}
            </Button>
          </fieldset>
          {trouble === undefined ? null : (
            <Notice tone="failure" title={trouble.title} reference={trouble.reference}>
              {trouble.detail}
            </Notice>
          )}
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>{uiStrings.cancel}</Button>
          <Button type="submit" look="primary" isBusy={isBusy}>
            {strings.save}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
