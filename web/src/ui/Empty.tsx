import type { ReactNode } from "react";

export interface EmptyProps {
  icon?: ReactNode;
  title: string;
  /** One sentence that teaches. */
  children: ReactNode;
  action?: ReactNode;
  example?: ReactNode;
}

export function Empty({ icon, title, children, action, example }: EmptyProps) {
  return (
    <div className="mx-auto flex max-w-100 flex-col items-center gap-2 px-6 py-14 text-center">
      {icon === undefined ? null : <div className="mb-1 text-faint">{icon}</div>}
      <h2 className="text-lg font-semibold">{title}</h2>
      <p className="text-soft text-pretty">{children}</p>
      {action === undefined ? null : <div className="mt-2 flex flex-wrap justify-center gap-2">{action}</div>}
      {example === undefined ? null : <p className="mt-2 text-xs text-faint text-pretty">{example}</p>}
    </div>
  );
}
