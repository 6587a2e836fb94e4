import { Fragment, useState } from "react";
import { toast } from "sonner";
import { useTakeNews } from "@/app/live";
import type { Session } from "@/contracts/http";
import { type Trouble, troubleOf } from "@/lib/api";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions, DialogBody } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { uiStrings } from "@/ui/strings";
import { type RemoveOptions, removeSession } from "./sessionQueries";
import { isEnded, sessionName } from "./sessionRules";
import { sessionStrings } from "./strings";
import { lossOf, lossWords, type WouldLose } from "./wouldLose";

const strings = sessionStrings.remove;

export interface DeleteSessionDialogProps {
  session: Session;
  onClose: () => void;
  onDeleted: () => void;
}

export default function DeleteSessionDialog({ session, onClose, onDeleted }: DeleteSessionDialogProps) {
  const takeNews = useTakeNews();
  const [wouldLose, setWouldLose] = useState<WouldLose | null>(null);
  const [trouble, setTrouble] = useState<Trouble | undefined>();
  const [isBusy, setBusy] = useState(false);
  const remove = async (options: RemoveOptions) => {
    setBusy(true);
    setTrouble(undefined);
    try {
      await removeSession(session.id, options);
      takeNews({ event: "session-removed", data: { sessionId: session.id } });
      toast(strings.deleted(sessionName(session)));
      onDeleted();
    } catch (error) {
      const lost = lossOf(error);
      if (lost === null) setTrouble(troubleOf(error));
      else setWouldLose(lost);
      setBusy(false);
    }
  };
  return (
    <DeleteSessionView
      session={session}
      wouldLose={wouldLose}
      trouble={trouble}
      isBusy={isBusy}
      onClose={onClose}
      onRemove={remove}
    />
  );
}

export interface DeleteSessionViewProps {
  session: Session;
  wouldLose: WouldLose | null;
  trouble: Trouble | undefined;
  isBusy: boolean;
  onClose: () => void;
  onRemove: (options: RemoveOptions) => void;
}

export function DeleteSessionView({ session, wouldLose, trouble, isBusy, onClose, onRemove }: DeleteSessionViewProps) {
  const running = session.workers.filter((worker) => !isEnded(worker)).length;
  return (
    <Dialog isOpen onClose={onClose} title={strings.title(sessionName(session))}>
      <DialogBody>
        <p className="text-soft">
          {running > 0 ? `${strings.endsWorkers(running)} ` : ""}
          {session.type === "worktree" ? strings.keepsBranch : strings.quiet}
        </p>
        {wouldLose === null ? null : (
          <Notice tone="warning" title={strings.losesTitle}>
            {lossWords(wouldLose)}
          </Notice>
        )}
        {trouble === undefined ? null : (
          <Notice tone="failure" title={trouble.title} reference={trouble.reference}>
            {trouble.detail}
          </Notice>
        )}
      </DialogBody>
      <DialogActions>
        {wouldLose === null ? (
          <Fragment key="first">
            <Button onClick={onClose}>{uiStrings.cancel}</Button>
            <Button look="danger" isBusy={isBusy} onClick={() => onRemove({})}>
              {strings.confirm}
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
              {strings.discard}
            </Button>
            <Button onClick={onClose}>{uiStrings.cancel}</Button>
            <Button look="primary" isBusy={isBusy} onClick={() => onRemove({ keepWorktree: true })}>
              {strings.keep}
            </Button>
          </Fragment>
        )}
      </DialogActions>
    </Dialog>
  );
}
