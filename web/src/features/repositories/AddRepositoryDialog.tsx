import { type FormEvent, useState } from "react";
import type { NewRepository } from "@/contracts/http";
import { DirectoryPicker } from "@/features/hosts";
import { type Trouble, troubleOf } from "@/lib/api";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions, DialogBody } from "@/ui/Dialog";
import { Field, Select, TextInput } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import { uiStrings } from "@/ui/strings";
import { repositoryStrings as strings } from "./strings";

export interface AddRepositoryDialogProps {
  hostId: string | undefined;
  onAdd: (request: NewRepository) => Promise<void>;
  onClose: () => void;
}

export function AddRepositoryDialog({ hostId, onAdd, onClose }: AddRepositoryDialogProps) {
  const [kind, setKind] = useState<"directory" | "git">(hostId === undefined ? "git" : "directory");
  const [folder, setFolder] = useState<string | null>(null);
  const [url, setUrl] = useState("");
  const [trouble, setTrouble] = useState<Trouble | undefined>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setTrouble(undefined);
    try {
      await onAdd(
        kind === "git"
          ? { provider: "git", url: url.trim() }
          : { path: folder ?? "", ...(hostId === undefined ? {} : { hostId }) },
      );
      onClose();
    } catch (error) {
      setTrouble(troubleOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog isOpen onClose={onClose} title={strings.addTitle} about={strings.addAbout}>
      <form onSubmit={submit} className="flex min-h-0 flex-col">
        <DialogBody>
          <Field label={strings.kind}>
            {(ids) => (
              <Select
                {...ids}
                value={kind}
                choices={[
                  { value: "directory", name: strings.directory },
                  { value: "git", name: strings.git },
                ]}
                onChange={(event) => setKind(event.target.value === "git" ? "git" : "directory")}
              />
            )}
          </Field>
          {kind === "git" ? (
            <Field label={strings.url}>
              {(ids) => (
                <TextInput
                  {...ids}
                  isMono
                  value={url}
                  placeholder={strings.urlPlaceholder}
                  onChange={(event) => setUrl(event.target.value)}
                />
              )}
            </Field>
          ) : hostId === undefined ? null : (
            <DirectoryPicker hostId={hostId} path={folder} onChange={setFolder} />
          )}
          {trouble === undefined ? null : (
            <Notice tone="failure" title={trouble.title} reference={trouble.reference}>
              {trouble.detail}
            </Notice>
          )}
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>{uiStrings.cancel}</Button>
          <Button type="submit" look="primary" isBusy={isBusy} disabled={kind === "git" ? url.trim() === "" : !folder}>
            {strings.submit}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
