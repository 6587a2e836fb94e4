const firstMilliseconds = 200;
const longestMilliseconds = 5000;

/** Time before attempt number `attempt` (from 0): 0.2 s doubling to 5 s, a quarter of it by chance so that tabs do not come back all at once. */
export function backOff(attempt: number, random: number): number {
  const full = Math.min(longestMilliseconds, firstMilliseconds * 2 ** attempt);
  return Math.round(full * (0.75 + 0.25 * random));
}
