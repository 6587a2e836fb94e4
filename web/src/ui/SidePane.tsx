import { PanelLeftClose } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from "react";
import { createKeptStore, type Store } from "@/lib/store";
import { IconButton } from "./IconButton";
import { useStore } from "./useStore";

export interface PaneShape {
  isOpen: boolean;
  width: number;
}

const narrowest = 180;
const widest = 420;

/** Remembered in this browser. */
export function createPaneShape(key: string): Store<PaneShape> {
  return createKeptStore<PaneShape>(
    key,
    { isOpen: true, width: 248 },
    (value): value is PaneShape =>
      typeof value === "object" &&
      value !== null &&
      "isOpen" in value &&
      "width" in value &&
      typeof value.width === "number",
  );
}

export interface SidePaneProps {
  title: string;
  store: Store<PaneShape>;
  hideName: string;
  resizeName: string;
  actions?: ReactNode;
  children: ReactNode;
}

/** A list beside what is open; can be hidden and made wider. */
export function SidePane({ title, store, hideName, resizeName, actions, children }: SidePaneProps) {
  const shape = useStore(store);
  if (!shape.isOpen) return null;
  return (
    <aside
      aria-label={title}
      className="relative flex min-h-0 shrink-0 flex-col border-r border-line bg-canvas max-lg:hidden"
      style={{ width: shape.width }}
    >
      <header className="flex h-11 shrink-0 items-center gap-0.5 border-b border-line pr-1.5 pl-3">
        <h2 className="flex-1 font-semibold">{title}</h2>
        {actions}
        <IconButton name={hideName} keys="[" onClick={() => store.set({ ...shape, isOpen: false })}>
          <PanelLeftClose size={16} aria-hidden />
        </IconButton>
      </header>
      {children}
      <Splitter name={resizeName} shape={shape} onShape={store.set} />
    </aside>
  );
}

function Splitter({ name, shape, onShape }: { name: string; shape: PaneShape; onShape: (shape: PaneShape) => void }) {
  const start = useRef<{ x: number; width: number } | null>(null);
  const set = (width: number) => onShape({ ...shape, width: Math.max(narrowest, Math.min(widest, width)) });
  return (
    // A focusable separator is the pattern for this: https://www.w3.org/WAI/ARIA/apg/patterns/windowsplitter/
    // biome-ignore lint/a11y/useSemanticElements: an hr can't be moved
    <div
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={name}
      aria-valuenow={shape.width}
      aria-valuemin={narrowest}
      aria-valuemax={widest}
      className="absolute inset-y-0 -right-1 z-10 w-2 cursor-col-resize hover:bg-accent-wash focus-visible:bg-accent-wash"
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key === "ArrowLeft") set(shape.width - 16);
        if (event.key === "ArrowRight") set(shape.width + 16);
      }}
      onPointerDown={(event: PointerEvent) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { x: event.clientX, width: shape.width };
      }}
      onPointerMove={(event) => {
        if (start.current !== null) set(start.current.width + event.clientX - start.current.x);
      }}
      onPointerUp={() => {
        start.current = null;
      }}
    />
  );
}
