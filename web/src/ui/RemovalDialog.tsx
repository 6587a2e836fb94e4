import { Fragment, type ReactNode } from "react";
import type { Trouble } from "@/lib/api";
import { Button } from "./Button";
import { Dialog, DialogActions, DialogBody } from "./Dialog";
import { Notice } from "./Notice";
import { uiStrings } from "./strings";

/** How something with work in it is removed. */
export interface RemovalOptions {
  discardWork?: boolean;
  keepWorktree?: boolean;
}

export interface RemovalDialogProps {
  title: string;
  /** What removing ends and what it leaves. */
  children: ReactNode;
  words: { losesTitle: string; confirm: string; discard: string; keep: string };
  /** The work that would be lost, in words; null when there is none, as far as is known. */
  loses: string | null;
  trouble: Trouble | undefined;
  isBusy: boolean;
  onClose: () => void;
  onRemove: (options: RemovalOptions) => void;
}

/** Asks before something is removed, and again, the safe way first, when work would be lost with it. */
export function RemovalDialog({
  title,
  children,
  words,
  loses,
  trouble,
  isBusy,
  onClose,
  onRemove,
}: RemovalDialogProps) {
  return (
    <Dialog isOpen onClose={onClose} title={title}>
      <DialogBody>
        {children}
        {loses === null ? null : (
          <Notice tone="warning" title={words.losesTitle}>
            {loses}
          </Notice>
        )}
        {trouble === undefined ? null : (
          <Notice tone="failure" title={trouble.title} reference={trouble.reference}>
            {trouble.detail}
          </Notice>
        )}
      </DialogBody>
      <DialogActions>
        {loses === null ? (
          <Fragment key="first">
            <Button onClick={onClose}>{uiStrings.cancel}</Button>
            <Button look="danger" isBusy={isBusy} onClick={() => onRemove({})}>
              {words.confirm}
            </Button>
          </Fragment>
        ) : (
          // Apart from the buttons before: the focus must not pass from what is harmless to what discards.
          <Fragment key="loses">
            <Button
              look="plain"
              className="text-failed"
              isBusy={isBusy}
              onClick={() => onRemove({ discardWork: true })}
            >
              {words.discard}
            </Button>
            <Button onClick={onClose}>{uiStrings.cancel}</Button>
            <Button look="primary" isBusy={isBusy} onClick={() => onRemove({ keepWorktree: true })}>
              {words.keep}
            </Button>
          </Fragment>
        )}
      </DialogActions>
    </Dialog>
  );
}
