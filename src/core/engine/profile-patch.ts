import type { Json, JsonObject } from '../kernel/index.ts';
import { type Identity, normaliseIdentity, normalisePhone, WritableColumn } from '../profiles/index.ts';
import type { ProfilePatch } from './changes.ts';
import type { Person } from './person.ts';

/** A profile with more traits takes no new ones: every event would have to carry them all. */
export const TRAITS_MAX = 1_000;
const COLUMN_CHARS_MAX = 200;

const NOTHING: ProfilePatch = { columns: {}, traits: {}, without: [] };

/** What was said about a person that is not so yet. Null clears; `dropped` counts the traits for which there was no room. */
export type Saying = { readonly patch: ProfilePatch; readonly dropped: number };

/**
 * What traits change in a person. The names of reserved columns speak about those, an address that cannot be one about nothing. With
 * `fillOnly` what is known stays as it is: the past does not overwrite the present.
 */
export function readTraits(person: Person, said: JsonObject, options: { readonly fillOnly: boolean }): Saying {
  const columns: Record<string, string | null> = {};
  const traits: Record<string, Json> = {};
  const without: string[] = [];
  let room: number | undefined;
  let dropped = 0;
  for (const [name, value] of Object.entries(said)) {
    if (name === '__proto__') continue;
    const column = WritableColumn.options.find((one) => one === name);
    if (column !== undefined) {
      const known = person.profile[column];
      const wanted = columnValue(column, value);
      if (wanted !== undefined && wanted !== known && !(options.fillOnly && known !== null)) columns[column] = wanted;
      continue;
    }
    const known = Object.hasOwn(person.traits, name) ? person.traits[name] : undefined;
    if (options.fillOnly && known !== undefined) continue;
    if (value === null) {
      if (known !== undefined) without.push(name);
    } else if (known === undefined) {
      room ??= TRAITS_MAX - Object.keys(person.traits).length;
      if (room > 0) {
        traits[name] = value;
        room -= 1;
      } else dropped += 1;
    } else if (!sameJson(known, value)) traits[name] = value;
  }
  return { patch: { columns, traits, without }, dropped };
}

/** What is said of a person without the addresses that are another's. */
export function withoutAddresses(said: JsonObject, of: readonly Identity[]): JsonObject {
  const isOf = (name: string, value: Json | undefined) =>
    typeof value === 'string' &&
    of.some(({ namespace, value: known }) => namespace === name && normaliseIdentity(name, value) === known);
  return Object.fromEntries(Object.entries(said).filter(([name, value]) => !isOf(name, value)));
}

/** A person without the addresses that are another's. */
export function readDisowned(person: Person, disowned: readonly Identity[]): ProfilePatch {
  const columns = disowned.flatMap(({ namespace, value }) => {
    const column = WritableColumn.options.find((one) => one === namespace);
    const known = column && person.profile[column];
    return column && typeof known === 'string' && normaliseIdentity(namespace, known) === value ? [column] : [];
  });
  const said = Object.fromEntries(columns.map((column) => [column, null]));
  return readTraits(person, said, { fillOnly: false }).patch;
}

/** What a step of a journey writes, as far as it is not so yet. */
export function readUpdate(
  person: Person,
  update: { readonly columns: Readonly<Record<string, string | null>>; readonly traits: JsonObject },
): ProfilePatch {
  return readTraits(person, { ...update.traits, ...update.columns }, { fillOnly: false }).patch;
}

export function isEmptyPatch(patch: ProfilePatch): boolean {
  return (
    patch.without.length === 0 && Object.keys(patch.columns).length === 0 && Object.keys(patch.traits).length === 0
  );
}

/** Two patches as one: what the later one says stands. */
export function joinPatches(first: ProfilePatch = NOTHING, second: ProfilePatch = NOTHING): ProfilePatch {
  const gone = new Set([...first.without.filter((name) => !Object.hasOwn(second.traits, name)), ...second.without]);
  const traits = { ...first.traits, ...second.traits };
  for (const name of second.without) delete traits[name];
  return { columns: { ...first.columns, ...second.columns }, traits, without: [...gone] };
}

/** The person after a patch. */
export function patched(person: Person, patch: ProfilePatch, now: number): Person {
  const traits: Record<string, Json> = { ...person.traits, ...patch.traits };
  for (const name of patch.without) delete traits[name];
  return { ...person, profile: { ...person.profile, ...patch.columns, updated_at: now }, traits };
}

/** The names that a patch touches, as rules know them. */
export function namesOf(patch: ProfilePatch): string[] {
  return [...Object.keys(patch.columns), ...Object.keys(patch.traits), ...patch.without];
}

function columnValue(column: WritableColumn, value: Json): string | null | undefined {
  if (value === null) return null;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (column === 'email') return normaliseIdentity('email', text) === undefined ? undefined : text;
  if (column === 'phone') return normalisePhone(text);
  return text === '' || text.length > COLUMN_CHARS_MAX ? undefined : text;
}

function sameJson(a: Json | undefined, b: Json): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((value, at) => sameJson(value, b[at] as Json));
  }
  const [left, right] = [a as JsonObject, b as JsonObject];
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every((name) => Object.hasOwn(right, name) && sameJson(left[name], right[name] as Json));
}
