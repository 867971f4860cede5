import type { Context } from '../../platform/context.ts';
import { mustFindIdentity } from './find.ts';
import { selectTimeline, type TimelineCursor, type TimelineKind, type TimelineRow } from './store-timeline.ts';

/** What is shown of a person's time. */
export type TimelineChoice = 'all' | 'messages' | 'not-sent' | 'events';

export type PersonMove = {
  readonly into: 'audience' | 'journey';
  readonly key: string;
  readonly change: 'entered' | 'left';
  /** Of an audience what caused it; of a journey why it ended. */
  readonly cause: string | null;
  readonly instance_id?: number;
};

export type TimelineLine = TimelineRow & {
  /** Of an event: where it moved the person, in the same transaction. */
  readonly caused: readonly PersonMove[];
};

const KINDS: Readonly<Record<TimelineChoice, readonly TimelineKind[]>> = {
  all: ['event', 'message', 'reaction', 'move'],
  messages: ['message', 'reaction'],
  'not-sent': ['message'],
  events: ['event', 'move'],
};
/** So long after an event its turn has come: with word that an event was the cause, and without. */
const CAUSED_MS = { said: 600_000, unsaid: 5_000 };

/**
 * What happened to the person whom an identity names, the newest first, a page at a time. What an event caused stands with it; what
 * time or a person caused stands for itself. `next` is where the next page begins. @throws AppError `not_found`.
 */
export async function readTimeline(
  ctx: Context,
  who: { readonly namespace: string; readonly value: string },
  page: { readonly show: TimelineChoice; readonly before: TimelineCursor | undefined; readonly limit: number },
): Promise<{ readonly lines: readonly TimelineLine[]; readonly next: TimelineCursor | undefined }> {
  const place = await mustFindIdentity(ctx.db, who.namespace, who.value);
  const rows = await selectTimeline(ctx.db, place, {
    before: page.before,
    kinds: KINDS[page.show],
    notSent: page.show === 'not-sent',
    limit: page.limit + 1,
  });
  const shown = rows.slice(0, page.limit);
  return { lines: withCauses(shown), next: rows.length > page.limit ? shown.at(-1) : undefined };
}

/** Moves go to the event that was received last before them, when it can have caused them. */
function withCauses(rows: readonly TimelineRow[]): TimelineLine[] {
  const events = rows
    .filter(({ kind }) => kind === 'event')
    .map((row) => ({ row, received: Date.parse(String(row.body.received_at)) }))
    .sort((a, b) => b.received - a.received);
  const caused = new Map<TimelineRow, PersonMove[]>();
  const attached = new Set<TimelineRow>();
  for (const row of rows) {
    if (row.kind !== 'move') continue;
    const moves = row.body.moves as readonly PersonMove[];
    const causes = moves.filter(({ into }) => into === 'audience').map(({ cause }) => cause);
    if (causes.length > 0 && !causes.includes('event')) continue;
    const at = row.at.getTime();
    const last = events.find(({ received }) => received <= at);
    const allowed = causes.includes('event') ? CAUSED_MS.said : CAUSED_MS.unsaid;
    if (!last || at - last.received > allowed) continue;
    caused.set(last.row, [...(caused.get(last.row) ?? []), ...moves]);
    attached.add(row);
  }
  return rows.filter((row) => !attached.has(row)).map((row) => ({ ...row, caused: caused.get(row) ?? [] }));
}
