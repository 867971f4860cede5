import { IMPORTED_START, STALE_AFTER_MS } from '../../core/engine/index.ts';
import type { JourneyDefinition } from '../../core/journeys/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import { compileEvent, type PropertyTest, valueAt } from '../../core/rules/index.ts';
import type { Fact, Reason } from '../../core/why/index.ts';
import type { Context } from '../../platform/context.ts';
import { reason } from './reason.ts';
import { type EventFacts, selectLastEvent, selectMembership } from './store-audience.ts';
import type { RefusalFacts } from './store-journey.ts';
import type { Place } from './store-person.ts';

/** The last time that somebody was not let in, and by what they would have come. */
export function refusalReason({ version, instance_key: key, name: by, reason: why, at }: RefusalFacts): Reason {
  return reason({ kind: 'refusal', reason: why }, at, [reason({ kind: 'would-have-entered', version, by, key })]);
}

type Door = { readonly definition: JourneyDefinition; readonly startedAt: Instant };

/** What lets people in, and what is known of the person about that. */
export async function whyNot(ctx: Context, person: Place, door: Door): Promise<Reason[]> {
  const { entry } = door.definition;
  if ('event' in entry) {
    const names = [entry.event].flat();
    const way: Fact = { kind: 'door-event', names, conditions: entry.where !== undefined };
    const last = await selectLastEvent(ctx.db, person, { names, until: new Date(ctx.clock.now()) });
    if (!last) return [reason(way, null, [reason({ kind: 'never-happened' })])];
    return [reason(way, null, [reason(happened(last, door), last.occurred_at, unfit(last, entry.where))])];
  }
  const audience = 'audience' in entry ? entry.audience : 'read' in entry ? entry.read : undefined;
  if (audience === undefined) return [reason({ kind: 'door-api' })];
  const membership = await selectMembership(ctx.db, person, audience);
  const on = 'audience' in entry ? entry.on : 'read';
  return [
    reason({ kind: 'door-audience', audience, on }, null, [
      reason({ kind: 'member', is: membership !== undefined }, membership?.since ?? null),
      reason({ kind: 'ask-audience', audience }),
    ]),
  ];
}

function happened({ name, occurred_at, received_at, source }: EventFacts, { startedAt }: Door): Fact {
  if (source.startsWith(IMPORTED_START)) return { kind: 'happened', name, but: { why: 'imported' } };
  if (occurred_at.getTime() < startedAt)
    return { kind: 'happened', name, but: { why: 'before-live', live: startedAt } };
  const isStale = received_at.getTime() - occurred_at.getTime() > STALE_AFTER_MS;
  return { kind: 'happened', name, but: isStale ? { why: 'stale' } : undefined };
}

/** Each condition of the entry that the event does not fit, with what the event says. */
function unfit(
  { name, occurred_at, properties }: EventFacts,
  where: Readonly<Record<string, PropertyTest>> = {},
): Reason[] {
  const at = occurred_at.getTime();
  return Object.entries(where).flatMap(([path, test]) => {
    if (compileEvent(name, { [path]: test })({ name, at, properties }, at)) return [];
    const found = JSON.stringify(valueAt(properties, path.split('.')) ?? null);
    return [reason({ kind: 'unfit', path, test, found })];
  });
}
