import { useState } from "react";
import { toast } from "sonner";
import { useTakeNews } from "@/app/live";
import type { Agent } from "@/contracts/http";
import { lossOf, lossWords, type WouldLose } from "@/features/sessions";
import { type Trouble, troubleOf } from "@/lib/api";
import { RemovalDialog, type RemovalOptions } from "@/ui/RemovalDialog";
import { removeAgent } from "./agentQueries";
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
  const remove = async (options: RemovalOptions) => {
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
  onRemove: (options: RemovalOptions) => void;
}

export function DeleteAgentView({ agent, wouldLose, trouble, isBusy, onClose, onRemove }: DeleteAgentViewProps) {
  return (
    <RemovalDialog
      title={strings.title(agentName(agent))}
      words={strings}
      loses={wouldLose === null ? null : lossWords(wouldLose)}
      trouble={trouble}
      isBusy={isBusy}
      onClose={onClose}
      onRemove={onRemove}
    >
      <p className="text-soft text-pretty">
        {isOver(agent) ? "" : `${strings.ends} `}
        {strings.about}
      </p>
    </RemovalDialog>
  );
}
