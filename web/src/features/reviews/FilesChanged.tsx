import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { FileNumbers } from "./FileNumbers";
import { diffQuery, reviewKey } from "./reviewQueries";
import { fileName } from "./reviewRules";
import { reviewStrings as strings } from "./reviewStrings";

const mostFiles = 40;

/** What an agent has changed, beside its conversation; each file leads to its review. */
export function FilesChanged({ agentId, reviewSeq }: { agentId: string; reviewSeq: number }) {
  const client = useQueryClient();
  const diff = useQuery(diffQuery(agentId, undefined)).data;
  useEffect(() => {
    if (reviewSeq > 0) void client.invalidateQueries({ queryKey: reviewKey(agentId) });
  }, [client, agentId, reviewSeq]);
  if (diff === undefined || diff.fileCount === 0) return null;
  return (
    <aside
      aria-label={strings.filesChanged}
      className="hidden w-64 shrink-0 overflow-y-auto border-l border-line bg-canvas p-2 xl:block"
    >
      <h2 className="flex items-center gap-2 px-2 pb-1 text-xs font-medium text-faint">
        <span className="flex-1">
          {strings.filesChanged} {diff.fileCount}
        </span>
        <FileNumbers additions={diff.additions} deletions={diff.deletions} />
      </h2>
      <ul>
        {diff.files.slice(0, mostFiles).map((file) => (
          <li key={file.path}>
            <Link
              to="/agents/$agentId/review"
              params={{ agentId }}
              search={{ file: file.path }}
              title={file.path}
              className="flex h-7 items-center gap-2 rounded-md px-2 text-sm text-soft hover:bg-hover hover:text-text"
            >
              <span className="min-w-0 flex-1 truncate">{fileName(file.path)}</span>
              <FileNumbers additions={file.additions} deletions={file.deletions} />
            </Link>
          </li>
        ))}
      </ul>
      {diff.fileCount > mostFiles ? (
        <p className="px-2 text-xs text-faint">{strings.filesMore(diff.fileCount - mostFiles)}</p>
      ) : null}
    </aside>
  );
}
