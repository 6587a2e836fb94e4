import type { ReactNode } from "react";

export interface PageProps {
  title: string;
  about?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A page of the kind that scrolls: a title, what can be done, content in one column. */
export function Page({ title, about, actions, children }: PageProps) {
  return (
    <main id="main" tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto bg-surface outline-none">
      <div className="mx-auto flex w-full max-w-240 flex-col gap-5 px-4 pt-5 pb-10 md:px-8 md:pt-7">
        <header className="flex flex-wrap items-center gap-3">
          <div className="min-w-0 flex-1">
            <h1 className="text-xl font-semibold tracking-[-0.01em]">{title}</h1>
            {about === undefined ? null : <div className="text-soft">{about}</div>}
          </div>
          {actions === undefined ? null : <div className="flex items-center gap-2">{actions}</div>}
        </header>
        {children}
      </div>
    </main>
  );
}

export interface SectionProps {
  title: string;
  count?: number;
  about?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

export function Section({ title, count, about, actions, children }: SectionProps) {
  return (
    <section aria-label={title} className="flex flex-col gap-2">
      <header className="flex min-h-7 items-center gap-2">
        <h2 className="font-semibold">
          {title}
          {count === undefined ? null : <span className="ml-1.5 font-normal text-faint">{count}</span>}
        </h2>
        <span className="flex-1" />
        {actions}
      </header>
      {about === undefined ? null : <div className="-mt-1 max-w-160 text-sm text-soft text-pretty">{about}</div>}
      {children}
    </section>
  );
}

/** Rows between hairlines. */
export function Rows({ children }: { children: ReactNode }) {
  return <ul className="divide-y divide-line border-y border-line">{children}</ul>;
}

export function Row({ children }: { children: ReactNode }) {
  return <li className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 py-2">{children}</li>;
}
