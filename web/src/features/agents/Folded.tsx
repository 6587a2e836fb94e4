import clsx from "clsx";
import { ChevronRight } from "lucide-react";
import { type ReactNode, useId, useState } from "react";

export interface FoldedProps {
  icon: ReactNode;
  title: string;
  about: string;
  isOpenFirst?: boolean;
  children: ReactNode;
}

/** One line that opens in place. */
export function Folded({ icon, title, about, isOpenFirst = false, children }: FoldedProps) {
  const [isOpen, setOpen] = useState(isOpenFirst);
  const id = useId();
  return (
    <div>
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => setOpen(!isOpen)}
        className="group -ml-2 flex min-h-7 max-w-full items-center gap-1.5 rounded-md px-2 text-left text-sm text-soft hover:bg-hover max-md:min-h-9"
      >
        {icon}
        <span className="shrink-0">{title}</span>{" "}
        {isOpen ? null : <span className="min-w-0 truncate text-xs text-faint">{about}</span>}
        <ChevronRight size={13} aria-hidden className={clsx("shrink-0 text-faint", isOpen && "rotate-90")} />
      </button>
      {isOpen ? (
        <div id={id} className="mt-1 mb-2 ml-5 min-w-0">
          {children}
        </div>
      ) : null}
    </div>
  );
}
