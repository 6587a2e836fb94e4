/** The code of a link. It stands behind the #, so that no server log, proxy or referrer ever sees it. */
export function codeOf(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, "")).get("code");
}
