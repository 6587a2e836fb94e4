/**
 * Cuts a text that still grows behind its last finished paragraph: what is before the cut does not change any more and need not be read as Markdown again for
 * each word that comes.
 */
export function settledPart(text: string): number {
  let cut = 0;
  let at = 0;
  let fence: string | null = null;
  for (const line of text.split("\n")) {
    const end = at + line.length + 1;
    const mark = /^\s{0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === null && mark !== undefined) fence = mark;
    else if (fence !== null && mark?.startsWith(fence) && line.trim() === mark) fence = null;
    else if (fence === null && line.trim() === "" && end <= text.length) cut = end;
    at = end;
  }
  return cut;
}
