import { AudienceDefinition } from '../../core/audiences/index.ts';
import { type Catalog, PROFILES } from '../../core/data/index.ts';
import { AppError, type Instant, invalid, notFound, parseWith, say, type Wording } from '../../core/kernel/index.ts';
import { checkRule, Rule } from '../../core/rules/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { readDocuments } from '../definitions/index.ts';
import { isKept } from '../live/index.ts';
import { loadCatalog } from '../tables/index.ts';
import { hasMembers, selectDraft, selectNewest } from './store.ts';

/** An audience by its key, a rule that nobody saved (`on` is `profiles` or the key of a table), or the YAML of an audience. */
export type AudienceTarget =
  | { readonly key: string }
  | { readonly rule: unknown; readonly on?: string | undefined }
  | { readonly definition: string };

export type ResolvedAudience = { readonly rule: Rule; readonly catalog: Catalog; readonly on: string };

/**
 * As `resolveAudience`; of an audience whose members the engine keeps up to date those members are read instead of its rule.
 * @throws AppError as `resolveAudience`.
 */
export async function resolvePopulation(
  db: Queryable,
  target: AudienceTarget,
  now: Instant,
  known?: Catalog,
): Promise<ResolvedAudience & { readonly kept: boolean }> {
  const audience = await resolveAudience(db, target, known);
  if (!('key' in target) || !audience.catalog.audiences.includes(target.key) || !(await isKept(db, target.key, now))) {
    return { ...audience, kept: false };
  }
  const audienceRules = new Map(audience.catalog.audienceRules);
  audienceRules.delete(target.key);
  return { ...audience, catalog: { ...audience.catalog, audienceRules }, kept: true };
}

/**
 * The checked rule of a target. A published audience is read through its key, so that its members are those that campaigns would
 * see; of an audience that is only a draft the draft's rule is read. `known` is the catalogue if it was loaded already.
 * @throws AppError `invalid` with every problem of the rule, `not_found` for a key that no audience has.
 */
export async function resolveAudience(
  db: Queryable,
  target: AudienceTarget,
  known?: Catalog,
): Promise<ResolvedAudience> {
  const catalog = known ?? (await loadCatalog(db));
  if ('definition' in target) {
    return { rule: checked(ruleOf(target.definition), catalog, PROFILES), catalog, on: PROFILES };
  }
  if (!('key' in target)) {
    const on = target.on ?? PROFILES;
    if (on !== PROFILES && !catalog.tables.has(on)) throw notFound('table', on);
    return { rule: checked(parseWith(Rule, target.rule, say('The rule')), catalog, on), catalog, on };
  }
  if (catalog.audiences.includes(target.key)) {
    return { rule: checked({ audience: target.key }, catalog, PROFILES), catalog, on: PROFILES };
  }
  const body = await selectDraft(db, target.key);
  if (body === undefined) throw notFound('audience', target.key);
  const draft = parseWith(AudienceDefinition, body, titled(target.key));
  return { rule: checked(draft.rule ?? { any: [] }, catalog, PROFILES), catalog, on: PROFILES };
}

/**
 * The rule that an audience is made of, instead of a reference to it: what its author wrote. Of a static one, the reference.
 * @throws AppError as `resolveAudience`.
 */
export async function resolveOwnRule(
  db: Queryable,
  target: AudienceTarget,
  known?: Catalog,
): Promise<ResolvedAudience> {
  const audience = await resolveAudience(db, target, known);
  if (!('key' in target)) return audience;
  const row = await selectNewest(db, target.key);
  const own = row && parseWith(AudienceDefinition, row.body, titled(target.key)).rule;
  return own === undefined ? audience : { ...audience, rule: checked(own, audience.catalog, PROFILES) };
}

/** Whether its members are rows: those that the engine keeps, or those that a campaign saved. */
export function isStored(key: string, { catalog }: ResolvedAudience): boolean {
  return catalog.audiences.includes(key) && !catalog.audienceRules?.has(key);
}

/** The same without a catalogue. @throws AppError `not_found` for a key that no audience has. */
export async function hasStoredMembers(db: Queryable, key: string, now: Instant): Promise<boolean> {
  const row = await selectNewest(db, key);
  if (row?.state === 'published') return ruleIn(row.body) === undefined || isKept(db, key, now);
  if (await hasMembers(db, key)) return true;
  if (!row) throw notFound('audience', key);
  return false;
}

/** @throws AppError `not_found` for a key that no audience has. */
export async function mustBeAudience(db: Queryable, key: string): Promise<void> {
  if (!(await selectNewest(db, key)) && !(await hasMembers(db, key))) throw notFound('audience', key);
}

function ruleIn(body: unknown): unknown {
  return parseWith(AudienceDefinition, body, say('The {kind}', { kind: say('audience') })).rule;
}

function titled(key: string): Wording {
  return say('The {kind} "{key}"', { kind: say('audience'), key });
}

function ruleOf(text: string): Rule {
  const documents = readDocuments(text, 'definition');
  const [only] = documents;
  if (!only || documents.length > 1) throw new AppError('invalid', say('The text must hold exactly one audience.'));
  const { rule } = parseWith(AudienceDefinition, only.value, say('The {kind}', { kind: say('audience') }));
  if (rule === undefined)
    throw new AppError('invalid', say('A static audience has no rule: campaigns save its members.'));
  return rule;
}

function checked(rule: Rule, catalog: Catalog, on: string): Rule {
  const problems = checkRule({ rule, catalog, on });
  if (problems.length > 0) throw invalid(say('The rule is not valid.'), problems);
  return rule;
}
