import { type FormEvent, useState } from "react";
import type { ModelProvider, ModelProviderSettings } from "@/contracts/http";
import { type Trouble, troubleOf } from "@/lib/api";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions, DialogBody } from "@/ui/Dialog";
import { Field, Select, TextInput } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import { uiStrings } from "@/ui/strings";
import { modelStrings as strings } from "./strings";

export interface ModelDialogProps {
  provider: ModelProvider | null;
  onClose: () => void;
  onSave: (settings: ModelProviderSettings) => Promise<void>;
}

export function ModelDialog({ provider, onClose, onSave }: ModelDialogProps) {
  const [kind, setKind] = useState<ModelProvider["kind"]>(provider?.kind ?? "anthropic");
  const [address, setAddress] = useState(provider?.baseUrl ?? strings.addresses.anthropic);
  const [model, setModel] = useState(provider?.model ?? "");
  const [name, setName] = useState(provider?.name ?? "");
  const [key, setKey] = useState("");
  const [context, setContext] = useState(String(provider?.contextTokens ?? 128_000));
  const [output, setOutput] = useState(String(provider?.maxOutputTokens ?? 16_000));
  const [trouble, setTrouble] = useState<Trouble | undefined>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setTrouble(undefined);
    try {
      await onSave({
        kind,
        baseUrl: address.trim(),
        model: model.trim(),
        ...(name.trim() === "" && provider === null ? {} : { name: name.trim() === "" ? model.trim() : name.trim() }),
        ...(key.trim() === "" ? {} : { apiKey: key.trim() }),
        contextTokens: Number.parseInt(context, 10) || 0,
        maxOutputTokens: Number.parseInt(output, 10) || 0,
      });
      onClose();
    } catch (error) {
      setTrouble(troubleOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog isOpen onClose={onClose} title={provider === null ? strings.addTitle : strings.editTitle(provider.name)}>
      <form onSubmit={(event) => void submit(event)} className="flex min-h-0 flex-col">
        <DialogBody>
          <Field label={strings.kind}>
            {(ids) => (
              <Select
                {...ids}
                choices={strings.kinds}
                value={kind}
                onChange={(event) => {
                  const next = event.target.value === "anthropic" ? "anthropic" : "openai-compatible";
                  if (address === strings.addresses[kind]) setAddress(strings.addresses[next]);
                  setKind(next);
                }}
              />
            )}
          </Field>
          <Field label={strings.address} about={strings.addressAbout}>
            {(ids) => (
              <TextInput {...ids} isMono value={address} onChange={(event) => setAddress(event.target.value)} />
            )}
          </Field>
          <div className="grid gap-3.5 sm:grid-cols-2">
            <Field label={strings.model}>
              {(ids) => <TextInput {...ids} isMono value={model} onChange={(event) => setModel(event.target.value)} />}
            </Field>
            <Field label={strings.name} about={strings.nameAbout}>
              {(ids) => <TextInput {...ids} value={name} onChange={(event) => setName(event.target.value)} />}
            </Field>
          </div>
          <Field label={strings.key} about={provider?.hasApiKey ? strings.keyKept : strings.keyAbout}>
            {(ids) => (
              <TextInput
                {...ids}
                isMono
                type="password"
                autoComplete="off"
                value={key}
                onChange={(event) => setKey(event.target.value)}
              />
            )}
          </Field>
          <div className="grid gap-3.5 sm:grid-cols-2">
            <Field label={strings.context}>
              {(ids) => (
                <TextInput
                  {...ids}
                  inputMode="numeric"
                  value={context}
                  onChange={(event) => setContext(event.target.value)}
                />
              )}
            </Field>
            <Field label={strings.output}>
              {(ids) => (
                <TextInput
                  {...ids}
                  inputMode="numeric"
                  value={output}
                  onChange={(event) => setOutput(event.target.value)}
                />
              )}
            </Field>
          </div>
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
