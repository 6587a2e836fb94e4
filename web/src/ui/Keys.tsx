import { keyNames } from "@/lib/keys";

/** A shortcut as people read it: "mod+k" is ⌘K or Ctrl K; "g s" is two keys one after the other. */
export function Keys({ keys }: { keys: string }) {
  if (keys === "") return null;
  return (
    <span className="inline-flex items-center gap-0.5">
      {keyNames(keys).map((name, index) => (
        <kbd
          // The same key may come twice, its place is what tells them apart.
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never reorders
          key={index}
          className="inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-[4px] border border-line bg-sunken px-1 text-[11px] leading-none text-faint"
        >
          {name}
        </kbd>
      ))}
    </span>
  );
}
