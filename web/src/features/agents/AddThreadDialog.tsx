import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { modelProvidersQuery } from "@/features/models";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions, DialogBody } from "@/ui/Dialog";
import { Field, Select, TextInput } from "@/ui/Field";
import { uiStrings } from "@/ui/strings";
import { agentStrings as strings } from "./strings";

export type ThreadKind = "zed_agent" | "helix_agent" | "simple";

export interface AddThreadDialogProps {
  initial: string;
  /** The agent's program; null when it has none for threads. */
  program: string | null;
  onAdd: (name: string, kind: ThreadKind) => void;
  onClose: () => void;
}

export function AddThreadDialog(props: AddThreadDialogProps) {
  const providers = useQuery(modelProvidersQuery);
  return <AddThreadView {...props} hasModels={(providers.data ?? []).length > 0} />;
}

/** Asks who does the work of a new thread. */
export function AddThreadView({
  initial,
  program,
  hasModels,
  onAdd,
  onClose,
}: AddThreadDialogProps & { hasModels: boolean }) {
  const [name, setName] = useState(initial);
  const [kind, setKind] = useState<ThreadKind>(program === null ? "helix_agent" : "zed_agent");
  const needsModel = kind !== "zed_agent" && !hasModels;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === "" || needsModel) return;
    onAdd(name.trim(), kind);
    onClose();
  };
  return (
    <Dialog isOpen onClose={onClose} title={strings.addThreadTitle}>
      <form onSubmit={submit} className="flex min-h-0 flex-col">
        <DialogBody>
          <Field label={strings.addThreadLabel}>
            {(ids) => (
              <TextInput {...ids} value={name} maxLength={80} onChange={(event) => setName(event.target.value)} />
            )}
          </Field>
          <Field
            label={strings.threadKind}
            about={
              needsModel ? (
                <>
                  {strings.threadNeedsModel}{" "}
                  <Link
                    to="/settings/$section"
                    params={{ section: "models" }}
                    onClick={onClose}
                    className="font-medium text-accent hover:underline"
                  >
                    {strings.addModel}
                  </Link>
                </>
              ) : (
                strings.threadKindAbout[kind]
              )
            }
          >
            {(ids) => (
              <Select
                {...ids}
                value={kind}
                onChange={(event) => {
                  const chosen = kinds.find((each) => each === event.target.value);
                  if (chosen !== undefined) setKind(chosen);
                }}
                choices={kinds
                  .filter((each) => each !== "zed_agent" || program !== null)
                  .map((each) => ({
                    value: each,
                    name: each === "zed_agent" ? (program ?? "") : strings.threadKinds[each],
                  }))}
              />
            )}
          </Field>
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>{uiStrings.cancel}</Button>
          <Button type="submit" look="primary" disabled={name.trim() === "" || needsModel}>
            {strings.addThreadSubmit}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

const kinds: readonly ThreadKind[] = ["zed_agent", "helix_agent", "simple"];
