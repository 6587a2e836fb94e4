import clsx from "clsx";
import { Check, MessageSquare } from "lucide-react";
import type { DiffFile, ReviewComment } from "@/contracts/http";
import { FileNumbers } from "./FileNumbers";
import { byFolder, fileName } from "./reviewRules";
import { reviewStrings as strings } from "./reviewStrings";

export interface FileListProps {
  files: readonly DiffFile[];
  comments: readonly ReviewComment[];
  current: string | undefined;
  onOpen: (path: string) => void;
}

/** Changed files by folder, with what was looked at and commented. */
export function FileList({ files, comments, current, onOpen }: FileListProps) {
  return (
    <nav aria-label={strings.filesChanged} className="flex flex-col gap-1.5 p-1.5">
      {byFolder(files).map(({ folder, files: inFolder }) => (
        <section key={`${folder}/${inFolder[0]?.path}`} aria-label={folder === "" ? strings.filesChanged : folder}>
          {folder === "" ? null : (
            <h2 className="truncate px-2 py-0.5 font-mono text-xs text-faint" title={folder}>
              {folder}/
            </h2>
          )}
          <ul>
            {inFolder.map((file) => (
              <li key={file.path}>
                <button
                  type="button"
                  aria-current={file.path === current ? "true" : undefined}
                  onClick={() => onOpen(file.path)}
                  title={file.path}
                  className={clsx(
                    "flex h-7 max-md:h-9 w-full items-center gap-2 rounded-md px-2 text-sm",
                    file.path === current ? "bg-selected font-medium" : "text-soft hover:bg-hover hover:text-text",
                  )}
                >
                  <span
                    className={clsx("min-w-0 flex-1 truncate text-left", file.status === "deleted" && "line-through")}
                  >
                    {fileName(file.path)}
                  </span>
                  {file.status === "modified" ? null : (
                    <span className="text-xs text-faint">{strings.status[file.status]}</span>
                  )}
                  {comments.some((comment) => comment.path === file.path && comment.state !== "resolved") ? (
                    <MessageSquare size={12} aria-hidden className="shrink-0 text-accent" />
                  ) : null}
                  <FileNumbers additions={file.additions} deletions={file.deletions} />
                  {file.viewed ? <Check size={13} aria-label={strings.viewed} className="shrink-0 text-done" /> : null}
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}
