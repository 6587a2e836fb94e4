import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useMemo, useRef } from "react";

export interface RowGroup<Item> {
  key: string;
  title: string;
  items: readonly Item[];
}

export interface GroupedRowsProps<Item> {
  label: string;
  groups: readonly RowGroup<Item>[];
  row: (item: Item) => ReactNode;
  keyOf: (item: Item) => string;
  /** What can be done with all of a group. */
  actions?: (group: RowGroup<Item>) => ReactNode;
}

type Line<Item> = { kind: "heading"; group: RowGroup<Item> } | { kind: "row"; item: Item };

const headingHeight = 40;
const rowHeight = 52;

/** A long list under headings, of which only what is in sight is there. Groups without rows are left out. */
export function GroupedRows<Item>({ label, groups, row, keyOf, actions }: GroupedRowsProps<Item>) {
  const scroller = useRef<HTMLDivElement>(null);
  const lines = useMemo(
    () =>
      groups.flatMap((group): Line<Item>[] =>
        group.items.length === 0
          ? []
          : [{ kind: "heading", group }, ...group.items.map((item): Line<Item> => ({ kind: "row", item }))],
      ),
    [groups],
  );
  const keyAt = (index: number) => {
    const line = lines[index];
    if (line === undefined) return index;
    return line.kind === "heading" ? `heading ${line.group.key}` : keyOf(line.item);
  };
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (lines[index]?.kind === "heading" ? headingHeight : rowHeight),
    getItemKey: keyAt,
    overscan: 12,
  });
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto">
      <ul aria-label={label} className="relative mx-auto w-full max-w-240" style={{ height: rows.getTotalSize() + 24 }}>
        {rows.getVirtualItems().map((item) => {
          const line = lines[item.index];
          if (line === undefined) return null;
          return (
            <li
              key={item.key}
              className="absolute inset-x-0 top-0 px-1.5 md:px-5.5"
              style={{ height: item.size, transform: `translateY(${item.start}px)` }}
            >
              {line.kind === "heading" ? (
                <div className="flex h-full items-end gap-1.5 px-2.5 pb-1.5">
                  <h2 className="flex items-end gap-1.5 text-sm font-semibold">
                    {line.group.title}
                    <span className="font-normal text-faint">{line.group.items.length}</span>
                  </h2>
                  <span className="flex-1" />
                  {actions?.(line.group)}
                </div>
              ) : (
                row(line.item)
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
