import type { Instant } from '../../core/kernel/index.ts';
import type { PhoneOptions } from '../../core/profiles/index.ts';
import { type Database, ensureMonthPartitions, type Transaction } from '../../platform/sql/index.ts';
import { type Owner, resolveIdentities } from '../profiles/index.ts';
import { type EventRow, insertEvents } from './store.ts';

/** Something that happened to a profile, named by its place or by an identity that may be new. */
export type EventInput = {
  readonly name: string;
  readonly occurredAt: Instant;
  readonly properties?: object;
  readonly source: string;
} & (
  | { readonly owner: Owner; readonly identity?: undefined }
  | { readonly identity: { readonly namespace: string; readonly value: string }; readonly owner?: undefined }
);

export type RecordedEvents = {
  readonly recorded: number;
  /** Positions of events whose identity cannot be one of its namespace; they are not stored. */
  readonly unowned: readonly number[];
};

/** Makes the partitions that the events need. Call it on the database before the transaction that records them. */
export async function prepareForEvents(
  db: Database,
  events: readonly { readonly occurredAt: Instant }[],
): Promise<void> {
  await ensureMonthPartitions(
    db,
    'event',
    events.map((event) => event.occurredAt),
  );
}

/** Appends events to the history in one statement; identities never seen before create their profiles. */
export async function recordEvents(
  tx: Transaction,
  events: readonly EventInput[],
  options: PhoneOptions & { readonly now: Instant },
): Promise<RecordedEvents> {
  const owners = await resolveOwners(tx, events, options);
  const unowned: number[] = [];
  const rows: EventRow[] = [];
  events.forEach((event, position) => {
    const owner = event.owner ?? owners.get(event.identity.namespace)?.get(event.identity.value);
    if (!owner) {
      unowned.push(position);
      return;
    }
    const { name, occurredAt, source } = event;
    rows.push({ ...owner, name, occurredAt, source, properties: JSON.stringify(event.properties ?? {}) });
  });
  return { recorded: await insertEvents(tx, rows, options.now), unowned };
}

async function resolveOwners(
  tx: Transaction,
  events: readonly EventInput[],
  options: PhoneOptions & { readonly now: Instant },
): Promise<Map<string, Map<string, Owner>>> {
  const values = new Map<string, Set<string>>();
  for (const { identity } of events) {
    if (!identity) continue;
    const known = values.get(identity.namespace) ?? new Set();
    values.set(identity.namespace, known.add(identity.value));
  }
  const owners = new Map<string, Map<string, Owner>>();
  for (const [namespace, wanted] of values) {
    owners.set(namespace, await resolveIdentities(tx, namespace, [...wanted], options));
  }
  return owners;
}
