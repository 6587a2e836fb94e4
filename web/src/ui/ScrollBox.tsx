import type { ReactNode } from "react";

/** Something that scrolls within itself: named, and reachable by keyboard. No landmark, for a page may have many of them. */
export function ScrollBox({ name, className, children }: { name: string; className: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls by arrow keys
    <div role="group" aria-label={name} tabIndex={0} className={className}>
      {children}
    </div>
  );
}
