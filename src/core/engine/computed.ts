// Owns: keeping the computed traits of one person true while their turn is decided.
// Does not own: what a computed trait is (core/computed).
// Invariant: nobody else writes them; whatever says otherwise is not heard.
import type { ComputedTrait } from '../computed/index.ts';
import type { Instant, Json } from '../kernel/index.ts';
import { isStale } from '../metrics/index.ts';
import type { ProfilePatch } from './changes.ts';
import type { Person } from './person.ts';

export type Recomputed = {
  readonly patch: ProfilePatch;
  /** One of them has to be answered from the history. */
  readonly stale: boolean;
};

/** What of a person's computed traits is not so any more: of those whose metrics changed, or of all. */
export function recompute(
  person: Person,
  computed: readonly ComputedTrait[],
  { changed, now }: { readonly changed: readonly string[] | 'all'; readonly now: Instant },
): Recomputed {
  const traits: Record<string, Json> = {};
  const without: string[] = [];
  let stale = false;
  for (const { name, id, value } of computed) {
    if (changed !== 'all' && !changed.includes(id)) continue;
    const state = person.metrics.get(id);
    stale ||= isStale(state, now);
    const known = Object.hasOwn(person.traits, name) ? person.traits[name] : undefined;
    const wanted = value(state, now);
    if (wanted === undefined) {
      if (known !== undefined) without.push(name);
    } else if (JSON.stringify(wanted) !== JSON.stringify(known)) traits[name] = wanted;
  }
  return { patch: { columns: {}, traits, without }, stale };
}

/** The person with the computed traits that their metrics come to, to be looked at again when time alone changes one. */
export function withComputed(person: Person, computed: readonly ComputedTrait[], now: Instant): Person {
  if (computed.length === 0) return person;
  const { patch } = recompute(person, computed, { changed: 'all', now });
  const kept = Object.entries({ ...person.traits, ...patch.traits }).filter(([name]) => !patch.without.includes(name));
  const next = nextRecompute(person, computed, now);
  const wakeAt = next !== undefined && (person.wakeAt === undefined || next < person.wakeAt) ? next : person.wakeAt;
  return { ...person, traits: Object.fromEntries(kept), wakeAt };
}

/** The earliest instant at which time alone may change one of them. */
export function nextRecompute(person: Person, computed: readonly ComputedTrait[], now: Instant): Instant | undefined {
  let first: Instant | undefined;
  for (const { id, nextChange } of computed) {
    const next = nextChange(person.metrics.get(id), now);
    if (next !== undefined && (first === undefined || next < first)) first = next;
  }
  return first;
}

/** What others say about a person, without what is computed. */
export function withoutComputed(patch: ProfilePatch, computed: readonly ComputedTrait[]): ProfilePatch {
  if (computed.length === 0) return patch;
  const names = new Set(computed.map(({ name }) => name));
  if (!patch.without.some((name) => names.has(name)) && !Object.keys(patch.traits).some((name) => names.has(name))) {
    return patch;
  }
  const traits = Object.fromEntries(Object.entries(patch.traits).filter(([name]) => !names.has(name)));
  return { ...patch, traits, without: patch.without.filter((name) => !names.has(name)) };
}
