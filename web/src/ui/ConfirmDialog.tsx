import { Button } from "./Button";
import { Dialog, DialogActions, DialogBody } from "./Dialog";
import { uiStrings } from "./strings";

export interface ConfirmDialogProps {
  title: string;
  about: string;
  submit: string;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something is gone, and says what. */
export function ConfirmDialog({ title, about, submit, onConfirm, onClose }: ConfirmDialogProps) {
  return (
    <Dialog isOpen onClose={onClose} title={title}>
      <DialogBody>
        <p className="text-soft text-pretty">{about}</p>
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>{uiStrings.cancel}</Button>
        <Button
          look="danger"
          onClick={() => {
            onConfirm();
            onClose();
          }}
        >
          {submit}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
