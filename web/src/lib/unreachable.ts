/** The compiler calls this an error when a union grew a case that nobody handles. */
export function unreachable(value: never): never {
  throw new Error(`Unexpected value ${JSON.stringify(value)}`);
}
