import type { ReactNode } from "react";
import { Mark } from "@/ui/Mark";

/** The quiet page around signing in and joining. */
export function FrontDoor({ title, about, children }: { title: string; about?: string; children: ReactNode }) {
  return (
    <main id="main" className="flex h-full items-center justify-center overflow-y-auto bg-canvas p-4">
      <div className="flex w-full max-w-90 flex-col gap-4 rounded-md border border-line bg-surface p-6 shadow-pop">
        <Mark size={32} />
        <div>
          <h1 className="text-xl font-semibold tracking-[-0.01em]">{title}</h1>
          {about === undefined ? null : <p className="mt-1 text-soft text-pretty">{about}</p>}
        </div>
        {children}
      </div>
    </main>
  );
}
