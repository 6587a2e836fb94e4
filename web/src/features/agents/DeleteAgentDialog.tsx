import { Fragment, useState } from "react";
import { toast } from "sonner";
import { useTakeNews } from "@/app/live";
import type { Agent } from "@/contracts/http";
import { lossOf, lossWords, type WouldLose } from "@/features/sessions";
import { type Trouble, troubleOf } from "@/lib/api";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions, DialogBody } from "@/ui/Dialog";
import { Notice } from "@/ui/Notice";
import { uiStrings } from "@/ui/strings";
import { type RemoveAgentOptions, removeAgent } from "./agentQueries";
import { agentName, isOver } from "./agentRules";
import { agentStrings } from "./strings";

const strings = agentStrings.remove;

export interface DeleteAgentDialogProps {
  agent: Agent;
  onClose: () => void;
  onDeleted: () => void;
}

export function DeleteAgentDialog({ agent, onClose, onDeleted }: DeleteAgentDialogProps) {
  const takeNews = useTakeNews();
  const [wouldLose, setWouldLose] = useState<WouldLose | null>(null);
  const [trouble, setTrouble] = useState<Trouble | undefined>();
  const [isBusy, setBusy] = useState(false);
  const remove = async (options: RemoveAgentOptions) => {
    setBusy(true);
    setTrouble(undefined);
    try {
      await removeAgent(agent.id, options);
      takeNews({ event: "agent-removed", data: { agentId: agent.id } });
      toast(strings.deleted(agentName(agent)));
      onDeleted();
    } catch (error) {
      const lost = lossOf(error);
      if (lost === null) setTrouble(troubleOf(error));
      else setWouldLose(lost);
      setBusy(false);
    }
  };
  return (
    <DeleteAgentView
      agent={agent}
      wouldLose={wouldLose}
      trouble={trouble}
      isBusy={isBusy}
      onClose={onClose}
      onRemove={(options) => void remove(options)}
    />
  );
}

export interface DeleteAgentViewProps {
  agent: Agent;
  wouldLose: WouldLose | null;
  trouble: Trouble | undefined;
  isBusy: boolean;
  onClose: () => void;
  onRemove: (options: RemoveAgentOptions) => void;
}

export function DeleteAgentView({ agent, wouldLose, trouble, isBusy, onClose, onRemove }: DeleteAgentViewProps) {
  return (
    <Dialog isOpen onClose={onClose} title={strings.title(agentName(agent))}>
      <DialogBody>
        <p className="text-soft text-pretty">
          {isOver(agent) ? "" : `${strings.ends} `}
          {strings.about}
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
