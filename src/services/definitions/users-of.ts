import { checkCampaign, columnsReadOfPeople } from '../../core/campaigns/index.ts';
import { SANDBOX_CHANNEL } from '../../core/channels/index.ts';
import type { Catalog } from '../../core/data/index.ts';
import {
  DEFINITION_KINDS,
  type Definition,
  type DefinitionKind,
  type DefinitionName,
  NAMED_BY,
  nearTable,
  refersTo,
  sendsByTheOnlyChannel,
} from '../../core/definitions/index.ts';
import { AppError } from '../../core/kernel/index.ts';
import type { Rule } from '../../core/rules/index.ts';
import type { Context } from '../../platform/context.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { listReleaseFilters } from '../journeys/index.ts';
import { loadPublished } from '../tables/index.ts';
import { checkDefinition } from './check.ts';
import { type World, worldOf } from './load-world.ts';
import { mustExist } from './put.ts';
import { selectAllNewest, selectNewest, selectPublishedHolding } from './store.ts';

/** A published definition that refers to another. */
export type DefinitionUser = { readonly kind: DefinitionKind; readonly key: string; readonly name?: string };

/** Those that may refer to a table, if only by the name of a link. */
const TABLE_USERS = ['table', 'computed-trait', 'audience', 'campaign', 'journey', 'placement'] as const;

/** The published definitions that refer to one. @throws AppError `not_found` when there is none of that name, nor a user of it. */
export async function listUsers(ctx: Context, name: DefinitionName): Promise<DefinitionUser[]> {
  const users = await usersOf(ctx.db, name);
  const builtIn = name.kind === SANDBOX_CHANNEL.kind && name.key === SANDBOX_CHANNEL.key;
  if (users.length > 0 || builtIn) return users;
  mustExist(await selectNewest(ctx.db, name.kind, name.key, ['draft', 'published', 'archived']), name.kind, name.key);
  return users;
}

/**
 * The published definitions that could not be as they are if this one did not exist, in the order of their kinds, and journeys that let
 * people go on after a pause by a filter that could not.
 */
export async function usersOf(db: Queryable, { kind, key }: DefinitionName): Promise<DefinitionUser[]> {
  const filters = await filtersInUse(db);
  if (kind === 'table') {
    const definitions = await selectPublishedHolding(db, TABLE_USERS, '');
    return inOrder(usersOfTable([...definitions, ...filters], key, await loadPublished(db)));
  }
  if (kind === 'computed-trait') {
    const rows = await selectPublishedHolding(db, NAMED_BY[kind], key);
    return inOrder(usersOfTrait([...rows, ...filters], key, await loadPublished(db)));
  }
  const isOnlyChannel = kind === 'channel' && key === SANDBOX_CHANNEL.key && !(await hasOtherChannel(db));
  const rows = await selectPublishedHolding(db, NAMED_BY[kind], isOnlyChannel ? '' : key);
  return inOrder(usersByName([...rows, ...filters], { kind, key }, isOnlyChannel));
}

/** No definition is called so. */
const FILTER_OF = 'filter of ';

/** Filters of journeys that go on after a pause, each as the audience of those who stay. */
async function filtersInUse(db: Queryable): Promise<Definition[]> {
  const rows = await listReleaseFilters(db);
  return rows.map(({ key, filter }) => ({ kind: 'audience', key: `${FILTER_OF}${key}`, static: false, rule: filter }));
}

async function hasOtherChannel(db: Queryable): Promise<boolean> {
  const rows = await selectAllNewest(db, ['channel'], ['published']);
  return rows.some((row) => row.key !== SANDBOX_CHANNEL.key);
}

/** Those of `definitions` that name the one called `name`, or send by the only channel if it is that. */
export function usersByName(
  definitions: readonly Definition[],
  name: DefinitionName,
  isOnlyChannel: boolean,
): Definition[] {
  return definitions
    .filter((user) => user.kind !== name.kind || user.key !== name.key)
    .filter((user) => refersTo(user, name) || (isOnlyChannel && sendsByTheOnlyChannel(user)));
}

/** Those of `definitions` that read a trait, in whatever form. */
export function usersOfTrait(definitions: readonly Definition[], key: string, catalog: Catalog): Definition[] {
  const name = { kind: 'computed-trait', key } as const;
  return definitions
    .filter((user) => user.kind !== name.kind || user.key !== key)
    .filter(
      (user) =>
        refersTo(user, name) || (user.kind === 'campaign' && columnsReadOfPeople(user.activities, catalog).has(key)),
    );
}

type Observed = Parameters<typeof worldOf>[1];

/** Those of `definitions` that have a problem in a world without the table that they have not with it. */
export function usersOfTable(definitions: readonly Definition[], key: string, observed: Observed): Definition[] {
  const near = nearTable(definitions, key);
  const name = { kind: 'table', key } as const;
  const named = near.filter((user) => refersTo(user, name));
  // A table has nothing but links, which name their tables.
  const known = new Set(named);
  const further = near.filter((user) => user.kind !== 'table' && !known.has(user));
  return [...named, ...usersByChecking(definitions, name, observed, further)];
}

/** The same of any definition, and of those `candidates`: exact, and slow. */
export function usersByChecking(
  definitions: readonly Definition[],
  name: DefinitionName,
  observed: Observed,
  candidates: readonly Definition[],
): Definition[] {
  const is = ({ kind, key }: DefinitionName) => kind === name.kind && key === name.key;
  const others = definitions.filter((definition) => !is(definition));
  const audiences = observed.audiences.filter((key) => !is({ kind: 'audience', key }));
  if (candidates.length === 0) return [];
  const world = worldOf(definitions, observed);
  const without = worldOf(others, { ...observed, audiences });
  const breaks = (candidate: Definition, there: World) => {
    if (is(candidate)) return false;
    const found = problemsOf(candidate, there);
    if (found.length === 0) return false;
    const before = new Set(problemsOf(candidate, world));
    return found.some((problem) => !before.has(problem));
  };
  const broken = new Set(candidates.filter((one) => one.kind === 'audience' && breaks(one, without)));
  // What an audience misses, it misses, and not the journey that lets people out by it.
  const mended = others.map((one) => (one.kind === 'audience' && broken.has(one) ? { ...one, rule: SOUND } : one));
  const apart = broken.size === 0 ? without : worldOf(mended, { ...observed, audiences });
  return candidates.filter((one) => (one.kind === 'audience' ? broken.has(one) : breaks(one, apart)));
}

const SOUND: Rule = { trait: 'email', empty: false };

function problemsOf(definition: Definition, world: World): string[] {
  try {
    // What templates read of the rows that reach them is looked at for long, and is no reference.
    const problems =
      definition.kind === 'campaign' ? checkCampaign(definition, world.catalog) : checkDefinition(definition, world);
    return problems.map(({ path, message }) => `${path} ${message}`);
  } catch (error) {
    // A rule behind an audience names what does not exist, and cannot be judged: that audience is the user.
    if (error instanceof AppError) return [];
    throw error;
  }
}

function inOrder(found: readonly Definition[]): DefinitionUser[] {
  const users = found.map(({ kind, key, name }) =>
    key.startsWith(FILTER_OF)
      ? { kind: 'journey' as const, key: key.slice(FILTER_OF.length), name: undefined }
      : { kind, key, name },
  );
  return DEFINITION_KINDS.flatMap((kind) => {
    const named = new Map(users.flatMap((user) => (user.kind === kind ? [[user.key, user.name] as const] : [])));
    return [...named].map(([key, name]) => (name === undefined ? { kind, key } : { kind, key, name }));
  });
}
