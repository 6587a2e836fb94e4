import { GitMerge, TriangleAlert } from "lucide-react";
import type { AgentForecast } from "@/contracts/http";
import { Button } from "@/ui/Button";
import { reviewStrings as strings } from "./reviewStrings";

export interface ForecastLineProps {
  forecast: AgentForecast | undefined;
  canSteer: boolean;
  isAsking: boolean;
  onResolve: () => void;
}

/** What landing would come to, said before anybody lands. */
export function ForecastLine({ forecast, canSteer, isAsking, onResolve }: ForecastLineProps) {
  if (forecast === undefined) return null;
  const { base } = forecast;
  const isMissing = !base.commit;
  const hasConflicts = base.conflicts.length > 0;
  const others = forecast.agents.filter((other) => other.conflicts.length > 0);
  return (
    <div className="flex min-w-0 basis-full flex-wrap items-center gap-x-3 gap-y-1 text-sm" role="status">
      <span className={hasConflicts ? "flex items-center gap-1.5 text-needs" : "flex items-center gap-1.5 text-soft"}>
        {hasConflicts || isMissing ? (
          <TriangleAlert size={14} aria-hidden />
        ) : (
          <GitMerge size={14} aria-hidden className="text-done" />
        )}
        {isMissing
          ? strings.forecast.missing(base.branch)
          : hasConflicts
            ? strings.forecast.conflicts(base.branch, base.conflicts.length)
            : strings.forecast.clean(base.branch)}
      </span>
      {hasConflicts ? (
        <span className="truncate font-mono text-xs text-soft">{base.conflicts.slice(0, 4).join(", ")}</span>
      ) : null}
      {hasConflicts && canSteer ? (
        <Button isBusy={isAsking} onClick={onResolve}>
          {strings.forecast.resolve}
        </Button>
      ) : null}
      {others.map((other) => (
        <span
          key={other.agentId ?? other.branch}
          title={other.conflicts.join(", ")}
          className="flex items-center gap-1.5 text-xs text-needs"
        >
          <TriangleAlert size={12} aria-hidden />
          {strings.forecast.withAgent(other.title ?? other.branch, other.conflicts.length)}
        </span>
      ))}
    </div>
  );
}
