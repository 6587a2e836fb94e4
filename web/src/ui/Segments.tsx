import clsx from "clsx";
import type { ReactNode } from "react";

export interface Segment<Value extends string> {
  value: Value;
  name: string;
  icon?: ReactNode;
}

export interface SegmentsProps<Value extends string> {
  name: string;
  value: Value;
  segments: readonly Segment<Value>[];
  onChange: (value: Value) => void;
}

/** One of a few, all of them in sight. */
export function Segments<Value extends string>({ name, value, segments, onChange }: SegmentsProps<Value>) {
  return (
    <fieldset className="flex shrink-0 rounded-md bg-selected p-0.5">
      <legend className="sr-only">{name}</legend>
      {segments.map((segment) => (
        <button
          key={segment.value}
          type="button"
          aria-pressed={segment.value === value}
          onClick={() => onChange(segment.value)}
          className={clsx(
            "flex h-6 max-md:h-8 items-center gap-1.5 rounded-[4px] px-2 text-sm whitespace-nowrap",
            segment.value === value
              ? "bg-raised font-medium shadow-[0_0_0_1px_var(--line)]"
              : "text-soft hover:text-text",
          )}
        >
          {segment.icon}
          {segment.name}
        </button>
      ))}
    </fieldset>
  );
}
