import clsx from "clsx";
import { Trash2 } from "lucide-react";
import type { ReviewComment } from "@/contracts/http";
import { Button } from "@/ui/Button";
import { IconButton } from "@/ui/IconButton";
import { RelativeTime } from "@/ui/RelativeTime";
import { reviewStrings as strings } from "./reviewStrings";

export interface CommentCardProps {
  comment: ReviewComment;
  author: string;
  isOutdated: boolean;
  canSteer: boolean;
  onResolve: (comment: ReviewComment, isResolved: boolean) => void;
  onRemove: (comment: ReviewComment) => void;
}

/** What somebody said to lines, and how far it is. */
export function CommentCard({ comment, author, isOutdated, canSteer, onResolve, onRemove }: CommentCardProps) {
  const isResolved = comment.state === "resolved";
  return (
    <article
      className={clsx(
        "m-2 max-w-180 rounded-md border border-line bg-raised p-2.5 font-sans text-sm",
        isResolved && "opacity-70",
      )}
    >
      <header className="flex flex-wrap items-center gap-x-2 text-xs text-faint">
        <span className="font-medium text-text">{author}</span>
        <RelativeTime at={comment.createdAt} />
        <span className={clsx(comment.state === "draft" && "text-needs")}>{strings.comment[comment.state]}</span>
        {isOutdated ? <span>· {strings.comment.outdated}</span> : null}
        <span className="flex-1" />
        {canSteer && comment.state !== "draft" ? (
          <Button look="plain" onClick={() => onResolve(comment, !isResolved)}>
            {isResolved ? strings.comment.reopen : strings.comment.resolve}
          </Button>
        ) : null}
        {canSteer && comment.state === "draft" ? (
          <IconButton name={strings.comment.remove} onClick={() => onRemove(comment)}>
            <Trash2 size={14} aria-hidden />
          </IconButton>
        ) : null}
      </header>
      <p className="mt-1 whitespace-pre-wrap wrap-anywhere">{comment.body}</p>
    </article>
  );
}
