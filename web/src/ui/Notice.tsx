import clsx from "clsx";
import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { CopyButton } from "./CopyButton";
import { uiStrings } from "./strings";

export interface NoticeProps {
  tone: "info" | "warning" | "failure";
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  /** What somebody who looks into it needs; copyable, not shown in full. */
  reference?: string | undefined;
}

/** A message that stays on the page, beside what it is about. */
export function Notice({ tone, title, children, actions, reference }: NoticeProps) {
  const Icon = tone === "info" ? Info : tone === "warning" ? TriangleAlert : CircleAlert;
  return (
    <div
      role={tone === "failure" ? "alert" : "status"}
      className={clsx(
        "flex flex-wrap items-center gap-x-3 gap-y-2 rounded-md border px-3 py-2 text-sm",
        tone === "info" && "border-line bg-surface",
        tone === "warning" && "border-needs/35 bg-needs-wash",
        tone === "failure" && "border-failed/35 bg-failed-wash",
      )}
    >
      <Icon
        size={16}
        aria-hidden
        className={clsx(
          "shrink-0",
          tone === "info" && "text-faint",
          tone === "warning" && "text-needs",
          tone === "failure" && "text-failed",
        )}
      />
      <div className="min-w-40 flex-1 wrap-anywhere">
        <p className="font-medium">{title}</p>
        {children === undefined ? null : <div className="text-soft">{children}</div>}
      </div>
      {reference === undefined ? null : <CopyButton text={reference} name={uiStrings.reference} />}
      {actions}
    </div>
  );
}
