import { type FormEvent, useState } from "react";
import { Button } from "./Button";
import { Dialog, DialogActions, DialogBody } from "./Dialog";
import { Field, TextInput } from "./Field";
import { uiStrings } from "./strings";

export interface TextDialogProps {
  title: string;
  label: string;
  initial: string;
  submit: string;
  onSubmit: (text: string) => void;
  onClose: () => void;
}

/** Asks for one line. */
export function TextDialog({ title, label, initial, submit, onSubmit, onClose }: TextDialogProps) {
  const [text, setText] = useState(initial);
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== "") onSubmit(text.trim());
    onClose();
  };
  return (
    <Dialog isOpen onClose={onClose} title={title}>
      <form onSubmit={send}>
        <DialogBody>
          <Field label={label}>
            {(ids) => (
              <TextInput
                {...ids}
                value={text}
                maxLength={200}
                onFocus={(event) => event.target.select()}
                onChange={(event) => setText(event.target.value)}
              />
            )}
          </Field>
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>{uiStrings.cancel}</Button>
          <Button look="primary" type="submit" disabled={text.trim() === ""}>
            {submit}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
