import type { InboxItem } from '../../core/engine/index.ts';
import {
  type DeadLetterReason,
  parseEvent,
  splitWebhook,
  Unreadable,
  type WebhookSettings,
} from '../../core/ingest/index.ts';
import type { Context } from '../../platform/context.ts';
import type { Transaction } from '../../platform/sql/index.ts';
import { settingsOf } from '../sources/index.ts';
import { putItems } from './put-items.ts';
import { readAs } from './read-as.ts';
import { bucketOfEvent, newMessageId } from './receive-events.ts';
import type { InboxRow } from './store.ts';
import {
  type DeadLetterFilter,
  type DeadLetterRow,
  markReplayed,
  takeDeadLetters,
  updateReasons,
} from './store-dead-letters.ts';

const BATCH_ROWS = 500;

export type Replay = {
  /** Those that are in the inbox now. */
  readonly replayed: number;
  /** Those that still cannot be read; their reason is that of the present code. */
  readonly refused: number;
};

type Outcome =
  | { readonly kind: 'put'; readonly id: number; readonly rows: readonly InboxRow[] }
  | { readonly kind: 'refused'; readonly id: number; readonly reason: DeadLetterReason; readonly detail: string };

/**
 * Reads dead letters again with the present code and puts those that pass into the inbox, with the time at which they had arrived. Each
 * goes in once: a letter that was replayed is not taken again.
 */
export async function replayDeadLetters(ctx: Context, filter: DeadLetterFilter): Promise<Replay> {
  const sum = { replayed: 0, refused: 0 };
  let after = 0;
  const settings = createSettingsReader(ctx);
  for (;;) {
    const letters = await ctx.db.transaction(async (tx) => {
      const taken = await takeDeadLetters(tx, { ...filter, after, limit: BATCH_ROWS });
      await settings.prepare(taken);
      const outcomes = taken.map((letter) => readAgain(letter, settings.of(letter.source)));
      await save(tx, outcomes, ctx.clock.now());
      sum.replayed += outcomes.filter(({ kind }) => kind === 'put').length;
      sum.refused += outcomes.filter(({ kind }) => kind === 'refused').length;
      return taken;
    });
    const last = letters.at(-1);
    if (!last) break;
    after = last.dead_letter_id;
    ctx.signals.raise('inbox');
  }
  return sum;
}

async function save(tx: Transaction, outcomes: readonly Outcome[], now: number): Promise<void> {
  const put = outcomes.filter((outcome) => outcome.kind === 'put');
  await putItems(
    tx,
    put.flatMap(({ rows }) => rows),
    now,
  );
  await markReplayed(
    tx,
    put.map(({ id }) => id),
    now,
  );
  await updateReasons(
    tx,
    outcomes.filter((outcome) => outcome.kind === 'refused'),
  );
}

function readAgain(letter: DeadLetterRow, settings: WebhookSettings | undefined): Outcome {
  const { dead_letter_id: id, inlet, source, bucket, profile_id: profileId } = letter;
  let raw: unknown;
  try {
    raw = parseEvent(letter.body);
  } catch {
    // Not JSON yesterday, not JSON today.
    return { kind: 'refused', id, reason: 'invalid_json', detail: letter.detail };
  }
  if (inlet === 'engine') {
    // A timer that broke, and what was applied before it led too far, are kept to be looked at.
    if (!isItem(raw) || (letter.reason === 'chain_too_long' && raw.kind !== 'touch'))
      return { kind: 'refused', id, reason: letter.reason, detail: letter.detail };
    return { kind: 'put', id, rows: [{ bucket: bucket ?? 0, profileId, item: raw }] };
  }
  const arrival = {
    receivedAt: letter.received_at.getTime(),
    sentAt: letter.sent_at?.getTime(),
    source,
    newId: newMessageId,
  };
  const rows: InboxRow[] = [];
  for (const part of partsOf(raw, letter, settings)) {
    const read = part instanceof Unreadable ? part.rejection : readAs(part, { inlet, settings }, arrival);
    if (read.kind === 'rejected') return { kind: 'refused', id, reason: read.reason, detail: read.detail };
    if (read.kind === 'accepted') rows.push({ bucket: bucketOfEvent(read.item), profileId: null, item: read.item });
  }
  return { kind: 'put', id, rows };
}

/** A letter is one event, or the body of a webhook that could not be split: it is once its mapping says where the events are. */
function partsOf(raw: unknown, letter: DeadLetterRow, settings: WebhookSettings | undefined): readonly unknown[] {
  if (letter.inlet !== 'webhook' || letter.reason !== 'unmapped' || !settings) return [raw];
  const parts = splitWebhook(raw, settings, letter.body);
  return parts.some((part) => part instanceof Unreadable) ? [raw] : parts;
}

/** The engine writes its letters from items of its own. */
function isItem(raw: unknown): raw is InboxItem {
  return typeof raw === 'object' && raw !== null && 'kind' in raw;
}

/** The mappings of webhooks by the names of their sources, each read once. */
function createSettingsReader(ctx: Context) {
  const known = new Map<string, WebhookSettings | undefined>();
  return {
    async prepare(letters: readonly DeadLetterRow[]): Promise<void> {
      const names = new Set(letters.filter(({ inlet }) => inlet === 'webhook').map(({ source }) => source));
      for (const name of names) if (!known.has(name)) known.set(name, await settingsOf(ctx, name));
    },
    of: (source: string) => known.get(source),
  };
}
