import type { InboxItem } from '../../core/engine/index.ts';
import { AppError, type JsonObject, notFound, say } from '../../core/kernel/index.ts';
import { normaliseIdentity } from '../../core/profiles/index.ts';
import type { Context } from '../../platform/context.ts';
import { putItems } from '../ingest/index.ts';
import { existsJourney, listVersionRows } from './store.ts';
import { findPlaces } from './store-people.ts';

/** Somebody who is to enter: an identity, as the API gets it. */
export type EnterRequest = {
  readonly namespace: string;
  readonly value: string;
  /** Tells several instances of one person apart. */
  readonly instanceKey?: string | undefined;
  readonly data?: JsonObject | undefined;
};

export type EnterAnswer = {
  readonly namespace: string;
  readonly value: string;
  /** `accepted`: the engine decides by the rules of entry, at once; a refusal is among the journey's counters. */
  readonly status: 'accepted' | 'unknown' | 'invalid';
};

/**
 * Lets people into a journey, whatever else lets people in. One answer per person, in order: whom nobody knows is not made up.
 * @throws AppError `not_found`, `conflict` when nobody may enter the journey now.
 */
export async function enterJourney(
  ctx: Context,
  input: { readonly key: string; readonly people: readonly EnterRequest[]; readonly force?: boolean | undefined },
): Promise<EnterAnswer[]> {
  await mustBeOpen(ctx, input.key);
  const wanted = input.people.map((person) => ({ person, form: normaliseIdentity(person.namespace, person.value) }));
  const identities = wanted.flatMap(({ person, form }) =>
    form === undefined ? [] : [{ namespace: person.namespace, value: form }],
  );
  const places = await findPlaces(ctx.db, identities);
  const answers: EnterAnswer[] = [];
  const rows: { bucket: number; profileId: number; item: InboxItem }[] = [];
  for (const { person, form } of wanted) {
    const { namespace, value } = person;
    const place = form === undefined ? undefined : places.get(`${namespace}:${form}`);
    answers.push({ namespace, value, status: form === undefined ? 'invalid' : place ? 'accepted' : 'unknown' });
    if (!place) continue;
    rows.push({
      ...place,
      item: {
        kind: 'enter',
        journey: input.key,
        instanceKey: person.instanceKey ?? '',
        data: person.data ?? {},
        by: 'api',
        ...(input.force ? { force: true } : {}),
      },
    });
  }
  await putItems(ctx.db, rows, ctx.clock.now());
  if (rows.length > 0) ctx.signals.raise('inbox');
  return answers;
}

async function mustBeOpen(ctx: Context, key: string): Promise<void> {
  const rows = await listVersionRows(ctx.db, { keys: [key] });
  if (rows.some(({ state }) => state === 'live' || state === 'dry_run')) return;
  const [newest] = rows;
  if (newest)
    throw new AppError(
      'conflict',
      say('Nobody can enter journey "{key}": it is {state}.', { key, state: say(newest.state) }),
    );
  if (await existsJourney(ctx.db, key))
    throw new AppError('conflict', say('The journey "{key}" was never published.', { key }));
  throw notFound('journey', key);
}
