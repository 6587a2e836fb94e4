import { exactTime, relativeTime } from "@/lib/time";
import { useNow } from "./useNow";

/** "5 min ago", with the exact time on hover; kept current. */
export function RelativeTime({ at, className }: { at: string; className?: string }) {
  const now = useNow(30_000);
  return (
    <time dateTime={at} title={exactTime(at)} className={className}>
      {relativeTime(at, now)}
    </time>
  );
}
