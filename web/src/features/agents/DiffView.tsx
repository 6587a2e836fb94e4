import clsx from "clsx";
import { useMemo } from "react";
import { ScrollBox } from "@/ui/ScrollBox";
import { agentStrings as strings } from "./strings";
import { counts, unifiedDiff } from "./unifiedDiff";

export interface DiffViewProps {
  path: string;
  oldText: string | null;
  newText: string;
}

const mostLines = 600;

/** What changed in one file, line by line; long ones are cut. */
export function DiffView({ path, oldText, newText }: DiffViewProps) {
  const diff = useMemo(() => unifiedDiff(oldText, newText), [oldText, newText]);
  const { added, removed } = counts(diff);
  return (
    <figure className="min-w-0 overflow-hidden rounded-md border border-line bg-surface">
      <figcaption className="flex items-center gap-2 border-b border-line bg-sunken px-2.5 py-1 text-xs">
        <span className="min-w-0 truncate font-mono" title={path}>
          {path}
        </span>
        {oldText === null ? <span className="text-faint">{strings.newFile}</span> : null}
        <span className="ml-auto flex shrink-0 gap-2">
          <span className="text-done">
            <span aria-hidden>+{added}</span>
            <span className="sr-only">{strings.addedLines(added)}</span>
          </span>
          <span className="text-failed">
            <span aria-hidden>−{removed}</span>
            <span className="sr-only">{strings.removedLines(removed)}</span>
          </span>
        </span>
      </figcaption>
      <ScrollBox name={strings.diffOf(path)} className="max-h-96 overflow-auto">
        <table className="w-full border-collapse font-mono text-xs leading-5">
          <tbody>
            {diff.slice(0, mostLines).map((line, index) =>
              line.kind === "gap" ? (
                // Lines of a comparison have no identity but their place, and never reorder.
                // biome-ignore lint/suspicious/noArrayIndexKey: see above
                <tr key={index} className="bg-sunken text-faint">
                  <td className="px-2 text-right select-none">⋯</td>
                  <td className="px-2">{strings.unchanged(line.lines)}</td>
                </tr>
              ) : (
                <tr
                  // biome-ignore lint/suspicious/noArrayIndexKey: see above
                  key={index}
                  className={clsx(line.kind === "added" && "bg-done/10", line.kind === "removed" && "bg-failed-wash")}
                >
                  <td className="w-px px-2 text-right align-top text-faint select-none">{line.new ?? line.old}</td>
                  <td className="pr-3 whitespace-pre">
                    <span
                      aria-hidden
                      className={clsx(
                        "inline-block w-4 select-none",
                        line.kind === "added" && "text-done",
                        line.kind === "removed" && "text-failed",
                      )}
                    >
                      {line.kind === "added" ? "+" : line.kind === "removed" ? "−" : " "}
                    </span>
                    {line.kind === "added" ? <span className="sr-only">+ </span> : null}
                    {line.kind === "removed" ? <span className="sr-only">- </span> : null}
                    {line.text}
                  </td>
                </tr>
              ),
            )}
          </tbody>
        </table>
      </ScrollBox>
    </figure>
  );
}
