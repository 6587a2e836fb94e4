import { useEffect, useRef, useState } from "react";
import type { DiffFile, ReviewComment, WorkDiff } from "@/contracts/http";
import { useShortcuts } from "@/ui/useShortcuts";
import { FileDiffView, type Place } from "./FileDiffView";
import { FileList } from "./FileList";
import { neighbour, placeOf, shownLines } from "./reviewRules";
import { reviewStrings as strings } from "./reviewStrings";

export interface ReviewViewProps {
  diff: WorkDiff;
  comments: readonly ReviewComment[];
  canSteer: boolean;
  /** The file of the address. */
  file: string | undefined;
  nameOf: (userId: string) => string;
  onOpen: (path: string) => void;
  onComment: (place: Place, text: string) => Promise<boolean>;
  onResolve: (comment: ReviewComment, isResolved: boolean) => void;
  onRemove: (comment: ReviewComment) => void;
  onViewed: (file: DiffFile, viewed: boolean) => void;
  onShowAll: (file: DiffFile) => Promise<void>;
}

/** All changed files below each other, with the list of them beside it; keys go from one to the next. */
export function ReviewView(props: ReviewViewProps) {
  const { diff, comments, canSteer, file } = props;
  const [writing, setWriting] = useState<Place | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const current = diff.files.find((each) => each.path === file)?.path ?? diff.files[0]?.path;
  useEffect(() => {
    if (file === undefined) return;
    const target = [...(scroller.current?.querySelectorAll<HTMLElement>("[data-file]") ?? [])].find(
      (each) => each.dataset.file === file,
    );
    target?.scrollIntoView({ block: "start" });
  }, [file]);
  const open = (next: DiffFile | undefined) => {
    if (next !== undefined) props.onOpen(next.path);
  };
  const now = diff.files.find((each) => each.path === current);
  const write = () => {
    const line = now?.hunks.flatMap(shownLines).find((each) => each.kind !== "same");
    const place = line === undefined ? null : placeOf(line);
    if (now !== undefined && place !== null) setWriting({ path: now.path, ...place });
  };
  const view = () => {
    if (now === undefined) return;
    props.onViewed(now, !now.viewed);
    if (!now.viewed) open(neighbour(diff.files, now.path, 1));
  };
  useShortcuts([
    {
      id: "review.next",
      keys: "j",
      name: strings.next,
      group: strings.review,
      run: () => open(neighbour(diff.files, current, 1)),
    },
    {
      id: "review.previous",
      keys: "k",
      name: strings.previous,
      group: strings.review,
      run: () => open(neighbour(diff.files, current, -1)),
    },
    { id: "review.viewed", keys: "v", name: strings.toggleViewed, group: strings.review, run: view },
    ...(canSteer
      ? [{ id: "review.comment", keys: "c", name: strings.comment.write, group: strings.review, run: write }]
      : []),
  ]);
  return (
    <div className="flex min-h-0 flex-1">
      <div className="hidden w-72 shrink-0 overflow-y-auto border-r border-line bg-canvas lg:block">
        <FileList files={diff.files} comments={comments} current={current} onOpen={props.onOpen} />
      </div>
      <div ref={scroller} className="min-h-0 min-w-0 flex-1 overflow-y-auto">
        <div className="flex flex-col gap-3 p-3 pb-16">
          {diff.leftOut > 0 ? <p className="text-sm text-soft">{strings.leftOut(diff.leftOut)}</p> : null}
          {diff.files.map((each) => (
            <FileDiffView
              key={each.path}
              {...props}
              file={each}
              comments={comments.filter((comment) => comment.path === each.path)}
              isCurrent={each.path === current}
              writing={writing}
              onWrite={setWriting}
            />
          ))}
          {diff.fileCount > diff.files.length ? (
            <p className="text-sm text-soft">{strings.filesMore(diff.fileCount - diff.files.length)}</p>
          ) : null}
        </div>
      </div>
    </div>
  );
}
