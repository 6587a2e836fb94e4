import { useQuery } from "@tanstack/react-query";
import { CornerLeftUp, Folder, FolderGit2 } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { DirectoryListing } from "@/contracts/http";
import { troubleOf } from "@/lib/api";
import { Button } from "@/ui/Button";
import { TextInput } from "@/ui/Field";
import { IconButton } from "@/ui/IconButton";
import { directoryQuery } from "./hostQueries";
import { hostStrings as strings } from "./strings";

export interface DirectoryPickerProps {
  hostId: string;
  path: string | null;
  onChange: (path: string) => void;
}

/** Walks the folders of a host; the folder that is open is the one that is chosen. */
export function DirectoryPicker({ hostId, path, onChange }: DirectoryPickerProps) {
  const [showHidden, setShowHidden] = useState(false);
  const answer = useQuery(directoryQuery(hostId, path, showHidden));
  const trouble = answer.error === null ? undefined : troubleOf(answer.error);
  const listedPath = answer.isPlaceholderData ? undefined : answer.data?.path;
  useEffect(() => {
    if (path === null && listedPath !== undefined) onChange(listedPath);
  }, [path, listedPath, onChange]);
  return (
    <DirectoryView
      listing={answer.data}
      path={path}
      trouble={trouble === undefined ? undefined : (trouble.detail ?? trouble.title)}
      showHidden={showHidden}
      onShowHidden={setShowHidden}
      onOpen={onChange}
    />
  );
}

export interface DirectoryViewProps {
  listing: DirectoryListing | undefined;
  path: string | null;
  trouble: string | undefined;
  showHidden: boolean;
  onShowHidden: (show: boolean) => void;
  onOpen: (path: string) => void;
}

export function DirectoryView({ listing, path, trouble, showHidden, onShowHidden, onOpen }: DirectoryViewProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const list = useRef<HTMLUListElement>(null);
  const shown = typed ?? path ?? listing?.path ?? "";
  const open = (next: string) => {
    setTyped(null);
    onOpen(next);
  };
  // What stands in the field is what is chosen, also for who goes on without Enter.
  const leave = () => {
    if (typed === null || typed === "" || typed === path) setTyped(null);
    else open(typed);
  };
  const move = (event: KeyboardEvent) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const buttons = [...(list.current?.querySelectorAll("button") ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    buttons[Math.max(0, Math.min(buttons.length - 1, at + (event.key === "ArrowDown" ? 1 : -1)))]?.focus();
    event.preventDefault();
  };
  return (
    <fieldset className="flex min-w-0 flex-col overflow-hidden rounded-md border border-line" onKeyDown={move}>
      <legend className="sr-only">{strings.folder}</legend>
      <div className="flex items-center gap-1 border-b border-line p-1">
        <IconButton
          name={strings.parent}
          disabled={!listing?.parent}
          onClick={() => listing?.parent && open(listing.parent)}
        >
          <CornerLeftUp size={15} aria-hidden />
        </IconButton>
        <TextInput
          isMono
          aria-label={strings.path}
          value={shown}
          className="h-7 border-transparent"
          // A listing that arrives while somebody types must not change the text under their hands.
          onFocus={() => setTyped(shown)}
          onBlur={leave}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            open(shown);
          }}
        />
        {typed === null || typed === "" || typed === path ? null : (
          <Button onClick={() => open(shown)}>{strings.go}</Button>
        )}
      </div>
      {trouble === undefined ? null : (
        <p role="alert" className="px-3 py-2 text-sm text-failed">
          {strings.folderTrouble}: {trouble}
        </p>
      )}
      <ul ref={list} className="h-44 overflow-y-auto p-1">
        {listing?.entries.map((entry) => (
          <li key={entry.path}>
            <button
              type="button"
              onClick={() => open(entry.path)}
              className="flex h-7 max-md:h-10 w-full items-center gap-2 rounded-[4px] px-2 text-left text-sm hover:bg-hover"
            >
              {entry.isRepository ? (
                <FolderGit2 size={15} aria-hidden className="shrink-0 text-accent" />
              ) : (
                <Folder size={15} aria-hidden className="shrink-0 text-faint" />
              )}
              <span className="truncate">{entry.name}</span>
              {entry.isRepository ? <span className="ml-auto text-xs text-faint">{strings.repository}</span> : null}
            </button>
          </li>
        ))}
        {listing !== undefined && listing.entries.length === 0 ? (
          <li className="px-2 py-3 text-sm text-faint">{strings.noFolders}</li>
        ) : null}
        {listing?.truncated ? <li className="px-2 py-2 text-xs text-faint">{strings.truncated}</li> : null}
      </ul>
      <label className="flex items-center gap-2 border-t border-line px-3 py-1.5 text-xs text-soft">
        <input
          type="checkbox"
          checked={showHidden}
          onChange={(event) => onShowHidden(event.target.checked)}
          className="accent-(--accent-fill)"
        />
        {strings.showHidden}
      </label>
    </fieldset>
  );
}
