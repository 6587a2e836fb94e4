const key = "atelier.client";

function freshName(): string {
  return `page-${Array.from(crypto.getRandomValues(new Uint8Array(9)), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

export function renameClient(): string {
  const name = freshName();
  try {
    sessionStorage.setItem(key, name);
  } catch {
    // Without storage the name lives as long as the page.
  }
  return name;
}

let known: Promise<string> | null = null;

/**
 * This tab's name as a typist; it survives a reload. A duplicated tab copies the storage and with it the name, so the name is held by a lock: who does not get
 * it takes another.
 */
export function clientName(): Promise<string> {
  known ??= claim();
  return known;
}

async function claim(): Promise<string> {
  const name = storedName();
  if (name === null) return hold(renameClient());
  if (!("locks" in navigator)) return name;
  const patience = AbortSignal.timeout(400);
  return new Promise((resolve) => {
    navigator.locks
      .request(`${key}.${name}`, { signal: patience }, () => {
        resolve(name);
        return new Promise(() => {});
      })
      .catch(() => resolve(hold(renameClient())));
  });
}

function hold(name: string): string {
  if ("locks" in navigator) void navigator.locks.request(`${key}.${name}`, () => new Promise(() => {}));
  return name;
}

function storedName(): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}
