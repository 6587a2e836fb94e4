import clsx from "clsx";
import type { ReactNode } from "react";
import type { RowGroup } from "./GroupedRows";

/** More of a group than that nobody looks through in a pane; the list has all. */
const mostInGroup = 200;

/** How a link in a pane looks. */
export function paneLink(isCurrent: boolean): string {
  return clsx(
    "flex h-7 items-center gap-2 rounded-md px-2 text-sm",
    isCurrent ? "bg-selected font-medium" : "text-soft hover:bg-hover hover:text-text",
  );
}

export interface PaneListProps<Item> {
  label: string;
  groups: readonly RowGroup<Item>[];
  keyOf: (item: Item) => string;
  row: (item: Item) => ReactNode;
}

/** Things beside the open one, to go from one to the next. */
export function PaneList<Item>({ label, groups, keyOf, row }: PaneListProps<Item>) {
  return (
    <nav aria-label={label} className="min-h-0 flex-1 overflow-y-auto p-1.5">
      {groups.map((group) =>
        group.items.length === 0 ? null : (
          <section key={group.key} aria-label={group.title} className="mb-2">
            <h3 className="px-2 py-1 text-xs font-medium text-faint">
              {group.title} {group.items.length}
            </h3>
            <ul>
              {group.items.slice(0, mostInGroup).map((item) => (
                <li key={keyOf(item)}>{row(item)}</li>
              ))}
            </ul>
          </section>
        ),
      )}
    </nav>
  );
}
