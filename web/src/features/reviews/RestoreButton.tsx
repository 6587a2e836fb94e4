import { useQuery, useQueryClient } from "@tanstack/react-query";
import { History } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { AgentCheckpoint } from "@/contracts/http";
import { troubleOf } from "@/lib/api";
import { exactTime } from "@/lib/time";
import { Button } from "@/ui/Button";
import { ConfirmDialog } from "@/ui/ConfirmDialog";
import { Menu } from "@/ui/Menu";
import { checkpointsQuery, restoreCheckpoint, reviewKey } from "./reviewQueries";
import { reviewStrings as strings } from "./reviewStrings";

export interface RestoreButtonProps {
  agentId: string;
  /** The turn whose files are offered. */
  turnId: string;
}

/** Brings the files back that were there before or after a turn; what is there now is kept, and one click away. */
export function RestoreButton({ agentId, turnId }: RestoreButtonProps) {
  const client = useQueryClient();
  const checkpoints = useQuery(checkpointsQuery(agentId)).data ?? [];
  const [wanted, setWanted] = useState<AgentCheckpoint | null>(null);
  const offered = checkpoints.filter((each) => each.turnId === turnId && each.state === "made");
  const restore = async (id: string) => {
    try {
      const kept = await restoreCheckpoint(agentId, id);
      toast(strings.restore.done, { action: { label: strings.restore.undo, onClick: () => void restore(kept.id) } });
    } catch (error) {
      const { title, detail } = troubleOf(error);
      toast.error(strings.restore.refused, { description: detail ?? title });
    }
    await client.invalidateQueries({ queryKey: reviewKey(agentId) });
  };
  if (offered.length === 0) return null;
  return (
    <>
      <Menu
        trigger={
          <Button icon={<History size={14} aria-hidden />} look="plain">
            {strings.restore.action}
          </Button>
        }
        entries={offered.map((each) => ({
          name: `${each.which === "before" ? strings.restore.before : strings.restore.after}, ${exactTime(each.createdAt)}`,
          onSelect: () => setWanted(each),
        }))}
      />
      {wanted === null ? null : (
        <ConfirmDialog
          title={strings.restore.title}
          about={strings.restore.about}
          submit={strings.restore.submit}
          onConfirm={() => void restore(wanted.id)}
          onClose={() => setWanted(null)}
        />
      )}
    </>
  );
}
