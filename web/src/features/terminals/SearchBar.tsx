import type { ISearchOptions, SearchAddon } from "@xterm/addon-search";
import { ChevronDown, ChevronUp, X } from "lucide-react";
import { useEffect, useState } from "react";
import { TextInput } from "@/ui/Field";
import { IconButton } from "@/ui/IconButton";
import { terminalStrings as strings } from "./strings";

const options: ISearchOptions = {
  decorations: {
    matchBackground: "#b58900",
    matchOverviewRuler: "#b58900",
    activeMatchBackground: "#e0952f",
    activeMatchColorOverviewRuler: "#e0952f",
  },
};

export function SearchBar({ search, onClose }: { search: SearchAddon; onClose: () => void }) {
  const [text, setText] = useState("");
  const [found, setFound] = useState<{ index: number; total: number } | null>(null);
  useEffect(() => {
    const results = search.onDidChangeResults(({ resultIndex, resultCount }) =>
      setFound({ index: resultIndex, total: resultCount }),
    );
    return () => results.dispose();
  }, [search]);
  const find = (next: string, isForward: boolean, incremental = false) => {
    if (next === "") {
      search.clearDecorations();
      setFound(null);
    } else if (isForward) search.findNext(next, { ...options, incremental });
    else search.findPrevious(next, options);
  };
  return (
    <search className="pop absolute top-2 right-14 z-10 flex items-center gap-1 rounded-md border border-line bg-raised p-1 shadow-pop max-md:right-2 max-md:left-2">
      <TextInput
        autoFocus
        type="search"
        aria-label={strings.search}
        placeholder={strings.searchPlaceholder}
        value={text}
        className="h-7 w-48 max-md:w-auto max-md:flex-1"
        onChange={(event) => {
          setText(event.target.value);
          find(event.target.value, false);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") find(text, event.shiftKey);
          if (event.key === "Escape") onClose();
        }}
      />
      <span role="status" className="min-w-16 px-1 text-center text-xs text-faint">
        {found === null ? "" : strings.matches(found.index, found.total)}
      </span>
      <IconButton name={strings.previous} onClick={() => find(text, false)}>
        <ChevronUp size={15} aria-hidden />
      </IconButton>
      <IconButton name={strings.next} onClick={() => find(text, true)}>
        <ChevronDown size={15} aria-hidden />
      </IconButton>
      <IconButton name={strings.closeSearch} onClick={onClose}>
        <X size={15} aria-hidden />
      </IconButton>
    </search>
  );
}
