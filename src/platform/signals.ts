/**
 * Work that may lie in a table now: who works on the table is told, instead of waiting for its next look. `transactional` and `journey`
 * are parts of the outbox of which it is known that there is some.
 */
export const SIGNAL_NAMES = ['inbox', 'outbox', 'transactional', 'journey', 'calls'] as const;
export type SignalName = (typeof SIGNAL_NAMES)[number];

/**
 * Signals within one process, and to others for what nobody here listens to. They are hints: every listener also looks at its table by
 * itself now and then.
 */
export type Signals = {
  /** Say it after the commit. `buckets`: where the work lies, when that is known and all there is to tell. */
  raise(name: SignalName, buckets?: Iterable<number>): void;
  /** Says what became of such work without leaving any: only those hear it who take note. */
  mention(name: SignalName): void;
  /** Calls `listener` at each signal until the returned function is called. */
  listen(name: SignalName, listener: SignalListener): () => void;
  /** Like `listen`, for who only takes note: other processes are told as if nobody had heard it here. */
  overhear(name: SignalName, listener: SignalListener): () => void;
  /** Whether signals of other processes come through, so that looks may be rare. */
  hears(): boolean;
};

export type SignalListener = (buckets?: Iterable<number>) => void;

/** What carries signals to other processes, and theirs to this one. */
export type SignalWire = {
  /** Tells other processes. */
  tell(name: SignalName): void;
  /** Calls `ring` with what other processes tell. */
  connect(ring: (name: SignalName) => void): void;
  hears(): boolean;
  /** Resolves when everything has been told. */
  close(): Promise<void>;
};

export function createSignals(wire?: SignalWire): Signals {
  const listeners = new Map<SignalName, Set<SignalListener>>();
  const bystanders = new Map<SignalName, Set<SignalListener>>();
  /** Whether anybody was there who works on it. */
  const mention = (name: SignalName, buckets?: Iterable<number>): void => {
    for (const bystander of bystanders.get(name) ?? []) bystander(buckets);
  };
  const ring = (name: SignalName, buckets?: Iterable<number>): boolean => {
    mention(name, buckets);
    const known = listeners.get(name);
    for (const listener of known ?? []) listener(buckets);
    return known !== undefined && known.size > 0;
  };
  const join = (all: Map<SignalName, Set<SignalListener>>) => (name: SignalName, listener: SignalListener) => {
    const known = all.get(name) ?? new Set();
    all.set(name, known.add(listener));
    return () => known.delete(listener);
  };
  wire?.connect((name) => ring(name));
  return {
    raise: (name, buckets) => {
      if (!ring(name, buckets)) wire?.tell(name);
    },
    mention: (name) => mention(name),
    listen: join(listeners),
    overhear: join(bystanders),
    hears: () => wire?.hears() ?? false,
  };
}
