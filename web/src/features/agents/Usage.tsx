import type { UsagePayload } from "@/contracts/agentEvents";
import { Hint } from "@/ui/Hint";
import { agentStrings as strings } from "./strings";

const number = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** How full the program's memory of the conversation is, and what it cost. */
export function Usage({ usage }: { usage: UsagePayload | null }) {
  if (usage?.used === undefined || !usage.size) return null;
  const { used, size, cost } = usage;
  const text = strings.usage(number.format(used), number.format(size));
  return (
    <Hint text={text}>
      <span className="flex shrink-0 items-center gap-3 border-b border-line bg-canvas px-3 text-xs text-faint max-md:hidden">
        <span>{strings.usageShort(Math.round((used / size) * 100))}</span>
        {cost ? <span>{money(cost)}</span> : null}
      </span>
    </Hint>
  );
}

function money({ amount, currency }: { amount: number; currency: string }): string {
  try {
    return new Intl.NumberFormat("en", { style: "currency", currency, maximumFractionDigits: 3 }).format(amount);
  } catch {
    // Not a currency that the browser knows.
    return `${amount} ${currency}`;
  }
}
