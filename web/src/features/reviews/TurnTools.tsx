import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { RestoreButton } from "./RestoreButton";
import { checkpointsQuery } from "./reviewQueries";
import { reviewStrings as strings } from "./reviewStrings";

export interface TurnToolsProps {
  agentId: string;
  turnId: string;
  canSteer: boolean;
}

/** At the end of a turn: what it changed, and the way back. Nothing where its files were not kept. */
export function TurnTools({ agentId, turnId, canSteer }: TurnToolsProps) {
  const checkpoints = useQuery({ ...checkpointsQuery(agentId), staleTime: 60_000 }).data ?? [];
  const made = checkpoints.filter((each) => each.turnId === turnId && each.state === "made");
  if (!made.some((each) => each.which === "before") || !made.some((each) => each.which === "after")) return null;
  return (
    <>
      <Link
        to="/agents/$agentId/review"
        params={{ agentId }}
        search={{ turn: turnId }}
        className="inline-flex h-7 items-center rounded-md px-2 text-sm font-medium text-soft hover:bg-hover hover:text-text max-md:h-9"
      >
        {strings.ofTurn}
      </Link>
      {canSteer ? <RestoreButton agentId={agentId} turnId={turnId} /> : null}
    </>
  );
}
