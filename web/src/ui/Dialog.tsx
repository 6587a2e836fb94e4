import clsx from "clsx";
import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { uiStrings } from "./strings";

export interface DialogProps {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  /** A sentence below the title; read out with it. */
  about?: string | undefined;
  isWide?: boolean;
  children: ReactNode;
}

export function Dialog({ isOpen, onClose, title, about, isWide = false, children }: DialogProps) {
  return (
    <Radix.Root open={isOpen} onOpenChange={(open) => (open ? undefined : onClose())}>
      <Radix.Portal>
        <Radix.Overlay className="fade fixed inset-0 z-40 bg-backdrop" />
        <Radix.Content
          onOpenAutoFocus={focusFirst}
          {...(about === undefined ? { "aria-describedby": undefined } : {})}
          className={clsx(
            "pop fixed z-50 flex max-h-[min(86dvh,760px)] flex-col overflow-hidden border border-line bg-raised shadow-pop",
            "inset-x-0 bottom-0 rounded-t-md sm:inset-x-auto sm:top-[12vh] sm:bottom-auto sm:left-1/2 sm:w-full sm:-translate-x-1/2 sm:rounded-md",
            isWide ? "sm:max-w-180" : "sm:max-w-130",
          )}
        >
          <header className="flex items-start gap-3 px-4 pt-3.5 pb-2">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-lg font-semibold">{title}</Radix.Title>
              {about === undefined ? null : (
                <Radix.Description className="text-sm text-soft">{about}</Radix.Description>
              )}
            </div>
            <Radix.Close
              aria-label={uiStrings.close}
              className="-mt-0.5 -mr-1.5 inline-flex size-7 max-md:size-9 items-center justify-center rounded-md text-faint hover:bg-hover hover:text-text"
            >
              <X size={16} aria-hidden />
            </Radix.Close>
          </header>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** The first thing to fill in; where there is none, the first action, which is the safe one. The corner's cross comes last. */
function focusFirst(event: Event): void {
  const dialog = event.currentTarget ?? event.target;
  if (!(dialog instanceof HTMLElement)) return;
  const first = dialog.querySelector<HTMLElement>(
    "input:checked, input:not([type=radio]), select, textarea, [aria-haspopup=dialog], footer button",
  );
  if (first === null) return;
  event.preventDefault();
  first.focus();
}

export function DialogBody({ children }: { children: ReactNode }) {
  return <div className="flex min-h-0 flex-1 flex-col gap-3.5 overflow-y-auto px-4 py-2">{children}</div>;
}

export function DialogActions({ children }: { children: ReactNode }) {
  return (
    <footer className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-4 py-3 max-sm:pb-[calc(12px+env(safe-area-inset-bottom))]">
      {children}
    </footer>
  );
}
