import { Hint } from "./Hint";

const hues = [250, 12, 160, 85, 300, 200, 40, 330];

/** Initials in the person's own colour. */
export function Face({ id, name, note }: { id: string; name: string; note?: string }) {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) >>> 0;
  const hue = hues[sum % hues.length] ?? 250;
  const initials = name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => word[0]?.toUpperCase() ?? "")
    .join("");
  const text = note === undefined ? name : `${name}, ${note}`;
  return (
    <Hint text={text}>
      <span
        role="img"
        aria-label={text}
        className="inline-flex size-5.5 shrink-0 items-center justify-center rounded-full text-[9.5px] font-semibold text-on-accent"
        style={{ background: `oklch(0.47 0.13 ${hue})` }}
      >
        {initials}
      </span>
    </Hint>
  );
}
