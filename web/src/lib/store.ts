/** A value that others can watch. */
export interface Store<Value> {
  get(): Value;
  set(next: Value): void;
  watch(listener: () => void): () => void;
}

export function createStore<Value>(initial: Value): Store<Value> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of listeners) listener();
    },
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** One that remembers itself in this browser. */
export function createKeptStore<Value>(
  key: string,
  initial: Value,
  isValid: (value: unknown) => value is Value,
): Store<Value> {
  const store = createStore(read());
  return {
    ...store,
    set(next) {
      store.set(next);
      try {
        localStorage.setItem(key, JSON.stringify(next));
      } catch {
        // Without storage the choice lasts as long as the page.
      }
    },
  };

  function read(): Value {
    try {
      const value: unknown = JSON.parse(localStorage.getItem(key) ?? "null");
      return isValid(value) ? value : initial;
    } catch {
      return initial;
    }
  }
}
