import type { FoundPlace } from "@/contracts/http";

export interface SnippetPart {
  text: string;
  isMarked: boolean;
}

/** A snippet in the pieces in which it is shown. */
export function snippetParts({ snippet, marks }: Pick<FoundPlace, "snippet" | "marks">): SnippetPart[] {
  const parts: SnippetPart[] = [];
  let end = 0;
  for (const { start, length } of marks) {
    if (start > end) parts.push({ text: snippet.slice(end, start), isMarked: false });
    parts.push({ text: snippet.slice(start, start + length), isMarked: true });
    end = start + length;
  }
  if (end < snippet.length) parts.push({ text: snippet.slice(end), isMarked: false });
  return parts;
}
