import { useState } from "react";
import { toast } from "sonner";
import { useTakeNews } from "@/app/live";
import type { Session } from "@/contracts/http";
import { type Trouble, troubleOf } from "@/lib/api";
import { RemovalDialog, type RemovalOptions } from "@/ui/RemovalDialog";
import { removeSession } from "./sessionQueries";
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
  const remove = async (options: RemovalOptions) => {
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
  onRemove: (options: RemovalOptions) => void;
}

export function DeleteSessionView({ session, wouldLose, trouble, isBusy, onClose, onRemove }: DeleteSessionViewProps) {
  const running = session.workers.filter((worker) => !isEnded(worker)).length;
  return (
    <RemovalDialog
      title={strings.title(sessionName(session))}
      words={strings}
      loses={wouldLose === null ? null : lossWords(wouldLose)}
      trouble={trouble}
      isBusy={isBusy}
      onClose={onClose}
      onRemove={onRemove}
    >
      <p className="text-soft">
        {running > 0 ? `${strings.endsWorkers(running)} ` : ""}
        {session.type === "worktree" ? strings.keepsBranch : strings.quiet}
      </p>
    </RemovalDialog>
  );
}
