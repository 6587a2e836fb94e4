import clsx from "clsx";
import { ChevronDown, ChevronRight } from "lucide-react";
import { Fragment, useState } from "react";
import type { DiffFile, ReviewComment } from "@/contracts/http";
import { Button } from "@/ui/Button";
import { ScrollBox } from "@/ui/ScrollBox";
import { CommentBox } from "./CommentBox";
import { CommentCard } from "./CommentCard";
import { FileNumbers } from "./FileNumbers";
import {
  commentsAt,
  commentsElsewhere,
  isOutdated,
  placeOf,
  type ShownLine,
  type Side,
  shownLines,
} from "./reviewRules";
import { reviewStrings as strings } from "./reviewStrings";

export interface Place {
  path: string;
  side: Side;
  line: number;
}

export interface FileDiffViewProps {
  file: DiffFile;
  comments: readonly ReviewComment[];
  canSteer: boolean;
  isCurrent: boolean;
  /** Where a comment is being written; null where none is. */
  writing: Place | null;
  nameOf: (userId: string) => string;
  onWrite: (place: Place | null) => void;
  onComment: (place: Place, text: string) => Promise<boolean>;
  onResolve: (comment: ReviewComment, isResolved: boolean) => void;
  onRemove: (comment: ReviewComment) => void;
  onViewed: (file: DiffFile, viewed: boolean) => void;
  onShowAll: (file: DiffFile) => Promise<void>;
}

/** One changed file: its lines, what was said to them, and whether it was looked at. What was looked at is folded. */
export function FileDiffView(props: FileDiffViewProps) {
  const { file, comments, isCurrent } = props;
  const [unfolded, setUnfolded] = useState<boolean | null>(null);
  const isOpen = unfolded ?? !file.viewed;
  const elsewhere = commentsElsewhere(comments, file);
  return (
    <section
      aria-label={file.path}
      data-file={file.path}
      className={clsx(
        "min-w-0 scroll-mt-2 overflow-clip rounded-md border bg-surface",
        isCurrent ? "border-accent" : "border-line",
      )}
    >
      <header className="flex min-h-9 items-center gap-2 border-b border-line bg-sunken px-2 text-sm max-md:min-h-11">
        <button
          type="button"
          aria-expanded={isOpen}
          aria-label={isOpen ? strings.fold(file.path) : strings.unfold(file.path)}
          onClick={() => setUnfolded(!isOpen)}
          className="inline-flex size-6 shrink-0 items-center justify-center rounded-md text-faint hover:bg-hover max-md:size-9"
        >
          {isOpen ? <ChevronDown size={15} aria-hidden /> : <ChevronRight size={15} aria-hidden />}
        </button>
        <span className="min-w-0 truncate font-mono text-xs" title={file.path}>
          {file.path}
        </span>
        {file.oldPath ? <span className="truncate text-xs text-faint">{strings.from(file.oldPath)}</span> : null}
        {file.status === "modified" ? null : (
          <span className="shrink-0 text-xs text-faint">{strings.status[file.status]}</span>
        )}
        <span className="flex-1" />
        <FileNumbers additions={file.additions} deletions={file.deletions} />
        <label className="flex shrink-0 items-center gap-1.5 pl-1 text-xs text-soft max-md:py-3">
          <input
            type="checkbox"
            checked={file.viewed}
            aria-label={strings.viewedOf(file.path)}
            onChange={(event) => {
              setUnfolded(null);
              props.onViewed(file, event.target.checked);
            }}
            className="size-4 accent-(--accent-fill)"
          />
          <span className="max-sm:sr-only">{strings.viewed}</span>
        </label>
      </header>
      {isOpen ? (
        <>
          <Body {...props} />
          {elsewhere.length === 0 ? null : (
            <section aria-label={strings.comment.elsewhere} className="border-t border-line">
              <Comments {...props} comments={elsewhere} />
            </section>
          )}
        </>
      ) : null}
    </section>
  );
}

function Body(props: FileDiffViewProps) {
  const { file } = props;
  const [isTried, setTried] = useState(false);
  if (file.binary) return <p className="px-3 py-2 text-sm text-soft">{strings.binary}</p>;
  if (file.tooLarge) {
    return (
      <div className="flex items-center gap-3 px-3 py-2 text-sm text-soft">
        {isTried ? strings.stillTooLarge : strings.tooLarge}
        {isTried ? null : (
          <Button onClick={() => void props.onShowAll(file).then(() => setTried(true))}>{strings.showAll}</Button>
        )}
      </div>
    );
  }
  if (file.hunks.length === 0) {
    return (
      <p className="px-3 py-2 text-sm text-soft">
        {strings.modeOnly}
        {file.oldMode && file.newMode && file.oldMode !== file.newMode
          ? ` ${strings.mode(file.oldMode, file.newMode)}`
          : ""}
      </p>
    );
  }
  return (
    <ScrollBox name={strings.diffOf(file.path)} className="overflow-x-auto">
      <table className="w-full border-collapse font-mono text-xs leading-5">
        <tbody>
          {file.hunks.map((hunk, number) => (
            // Hunks have no identity but their place, and never reorder.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <Fragment key={number}>
              <tr className="bg-sunken text-faint">
                <td colSpan={3} className="max-w-0 truncate px-2">
                  <span className="select-none">⋯ </span>
                  {hunk.heading}
                </td>
              </tr>
              {shownLines(hunk).map((line, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: see above
                <Line key={index} {...props} line={line} />
              ))}
            </Fragment>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

function Line(props: FileDiffViewProps & { line: ShownLine }) {
  const { file, line, canSteer, writing } = props;
  const place = placeOf(line);
  const here = commentsAt(props.comments, line);
  const isWriting =
    writing !== null &&
    place !== null &&
    writing.path === file.path &&
    writing.side === place.side &&
    writing.line === place.line;
  if (line.kind === "note") {
    return (
      <tr className="text-faint">
        <td colSpan={3} className="px-2 italic">
          {line.text}
        </td>
      </tr>
    );
  }
  return (
    <>
      <tr className={clsx("group", line.kind === "added" && "bg-done/10", line.kind === "removed" && "bg-failed-wash")}>
        <LineNumber value={line.old} />
        <LineNumber value={line.new} />
        <td className="relative pr-3 pl-6 whitespace-pre">
          {canSteer && place !== null ? (
            <button
              type="button"
              aria-label={place.side === "new" ? strings.line(place.line) : strings.oldLine(place.line)}
              onClick={() => props.onWrite({ path: file.path, ...place })}
              className="absolute top-0 left-0 size-5 rounded-[4px] bg-accent-fill text-on-accent opacity-0 group-hover:opacity-100 focus-visible:opacity-100 max-md:w-6"
            >
              +
            </button>
          ) : null}
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
      {here.length > 0 || isWriting ? (
        <tr>
          <td colSpan={3} className="border-y border-line bg-canvas">
            <div className="sticky left-0 max-w-[min(100%,calc(100vw-1.5rem))]">
              <Comments {...props} comments={here} />
              {isWriting ? (
                <CommentBox
                  place={`${file.path}:${writing.line}`}
                  onAdd={(text) => props.onComment(writing, text)}
                  onClose={() => props.onWrite(null)}
                />
              ) : null}
            </div>
          </td>
        </tr>
      ) : null}
    </>
  );
}

function LineNumber({ value }: { value: number | null }) {
  return (
    <td className="w-px min-w-9 px-1.5 text-right align-top text-faint select-none max-md:nth-1:hidden">{value}</td>
  );
}

function Comments(props: FileDiffViewProps) {
  return props.comments.map((comment) => (
    <CommentCard
      key={comment.id}
      comment={comment}
      author={props.nameOf(comment.createdBy)}
      isOutdated={isOutdated(comment, props.file)}
      canSteer={props.canSteer}
      onResolve={props.onResolve}
      onRemove={props.onRemove}
    />
  ));
}
