import { STALE_AFTER_MS } from '../../core/engine/index.ts';
import { describeRefusal, describeTest, type JourneyDefinition } from '../../core/journeys/index.ts';
import type { Instant } from '../../core/kernel/index.ts';
import { compileEvent, type PropertyTest, valueAt } from '../../core/rules/index.ts';
import type { Context } from '../../platform/context.ts';
import { moment, type Reason, reason } from './reason.ts';
import { type EventFacts, selectLastEvent, selectMembership } from './store-audience.ts';
import type { RefusalFacts } from './store-journey.ts';
import type { Place } from './store-person.ts';

/** The last time that somebody was not let in, and by what they would have come. */
export function refusalReason({ version, instance_key, name, reason: why, at }: RefusalFacts): Reason {
  const key = instance_key === '' ? '' : `, key ${instance_key}`;
  return reason(describeRefusal(why), at, [reason(`would have entered version ${version} by "${name}"${key}`)]);
}

type Door = { readonly definition: JourneyDefinition; readonly startedAt: Instant };

/** What lets people in, and what is known of the person about that. */
export async function whyNot(ctx: Context, person: Place, door: Door): Promise<Reason[]> {
  const { entry } = door.definition;
  if ('event' in entry) {
    const names = [entry.event].flat();
    const text = `people come in by the event ${names.map((name) => `"${name}"`).join(' or ')}${entry.where ? ' that fits its conditions' : ''}`;
    const last = await selectLastEvent(ctx.db, person, { names, until: new Date(ctx.clock.now()) });
    if (!last) return [reason(text, null, [reason('never happened to this person')])];
    return [reason(text, null, [reason(doneText(last, door), last.occurred_at, unfit(last, entry.where))])];
  }
  const audience = 'audience' in entry ? entry.audience : 'read' in entry ? entry.read : undefined;
  if (audience === undefined) return [reason('people come in through the API only')];
  const membership = await selectMembership(ctx.db, person, audience);
  const how = 'audience' in entry ? `who ${entry.on === 'both' ? 'enter or leave' : entry.on} it` : 'when it is read';
  const since = membership ? 'is a member' : 'is no member';
  return [
    reason(`people come in by the audience ${audience}: ${how}`, null, [
      reason(since, membership?.since ?? null),
      reason(`more: carillon why PROFILE --audience ${audience}`),
    ]),
  ];
}

function doneText({ name, occurred_at, received_at }: EventFacts, { startedAt }: Door): string {
  if (occurred_at.getTime() < startedAt) {
    return `"${name}" happened last before this version went live on ${moment(startedAt)}`;
  }
  if (received_at.getTime() - occurred_at.getTime() > STALE_AFTER_MS) {
    return `"${name}" happened last, and arrived more than a day later: too late to start a journey`;
  }
  return `"${name}" happened last`;
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
    return [reason(`does not fit: asked is that ${describeTest(path, test)}, and it was ${found}`)];
  });
}
