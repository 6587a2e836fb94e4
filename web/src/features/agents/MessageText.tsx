import { Paperclip } from "lucide-react";
import { lazy, memo, Suspense } from "react";
import type { ContentBlock } from "@/contracts/agentEvents";
import { settledPart } from "./streamedText";
import { agentStrings as strings } from "./strings";

const Markdown = lazy(() => import("./Markdown"));

export interface MessageTextProps {
  parts: readonly ContentBlock[];
  /** Whether more of it may come. */
  isGrowing?: boolean;
}

/** A message piece by piece; text as Markdown. */
export const MessageText = memo(function MessageText({ parts, isGrowing = false }: MessageTextProps) {
  return (
    <div className="flex min-w-0 flex-col gap-2">
      {parts.map((part, index) => (
        <Part
          // Pieces are only ever added behind the others.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          key={index}
          part={part}
          isGrowing={isGrowing && index === parts.length - 1}
        />
      ))}
    </div>
  );
});

function Part({ part, isGrowing }: { part: ContentBlock; isGrowing: boolean }) {
  switch (part.type) {
    case "text":
      return <Text text={part.text ?? ""} isGrowing={isGrowing} />;
    case "image":
      return <Picture data={part.data} mimeType={part.mimeType} />;
    default:
      return <Attachment name={part.title ?? part.name ?? part.uri ?? part.resource?.uri ?? strings.attachment} />;
  }
}

function Text({ text, isGrowing }: { text: string; isGrowing: boolean }) {
  const cut = isGrowing ? settledPart(text) : text.length;
  const settled = text.slice(0, cut);
  const rest = text.slice(cut);
  return (
    <Suspense fallback={<p className="whitespace-pre-wrap break-words">{text}</p>}>
      {settled === "" ? null : <Markdown text={settled} />}
      {rest === "" ? null : <Markdown text={rest} />}
    </Suspense>
  );
}

const shownTypes = /^image\/(png|jpeg|gif|webp)$/;

function Picture({ data, mimeType }: { data: string | undefined; mimeType: string | undefined }) {
  if (data === undefined || mimeType === undefined || !shownTypes.test(mimeType)) {
    return <Attachment name={strings.image} />;
  }
  return (
    <img
      src={`data:${mimeType};base64,${data}`}
      alt={strings.image}
      className="max-h-80 max-w-full self-start rounded-md border border-line"
    />
  );
}

function Attachment({ name }: { name: string }) {
  return (
    <span className="flex items-center gap-1.5 text-sm text-soft">
      <Paperclip size={13} aria-hidden className="shrink-0 text-faint" />
      <span className="truncate font-mono">{name}</span>
    </span>
  );
}
