/** Work that may lie in a table now: parts of the process tell each other, instead of waiting for the next look at the table. */
export type SignalName = 'inbox' | 'outbox' | 'calls';

/**
 * Signals within one process. They are hints: every listener also looks at its table by itself now and then, which is how it learns
 * of work that another process put there.
 */
export type Signals = {
  /** Say it after the commit. */
  raise(name: SignalName): void;
  /** Calls `listener` at each signal until the returned function is called. */
  listen(name: SignalName, listener: () => void): () => void;
};

export function createSignals(): Signals {
  const listeners = new Map<SignalName, Set<() => void>>();
  return {
    raise: (name) => {
      for (const listener of listeners.get(name) ?? []) listener();
    },
    listen: (name, listener) => {
      const known = listeners.get(name) ?? new Set();
      listeners.set(name, known.add(listener));
      return () => known.delete(listener);
    },
  };
}
