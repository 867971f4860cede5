import type { Catalog } from '../../core/data/index.ts';
import { type Json, notFound, parseWith, say } from '../../core/kernel/index.ts';
import {
  type CompiledPlacement,
  compilePlacement,
  DecisionDefinition,
  type OfferOutcome,
  PlacementDefinition,
} from '../../core/placements/index.ts';
import { normaliseIdentity } from '../../core/profiles/index.ts';
import { compileClosure, type Facts, NO_ROWS, type Rule } from '../../core/rules/index.ts';
import type { Context } from '../../platform/context.ts';
import { loadLive } from '../live/index.ts';
import { loadFacts } from '../rules/index.ts';
import { type DefinitionBody, findKnownPerson, type KnownPerson, selectPublished } from './store.ts';

export type DecideInput = {
  readonly identity?: { readonly namespace: string; readonly value: string } | undefined;
  /** The key of a decision definition; `default` where none is named, and that one need not exist. */
  readonly decision?: string | undefined;
  readonly placements: readonly string[];
};

export type PlacementAnswer = {
  readonly offer: string | null;
  readonly content: Json;
  readonly considered: readonly { readonly offer: string; readonly outcome: OfferOutcome }[];
};

export type Decided = {
  readonly known: boolean;
  readonly audiences: readonly string[];
  readonly traits: Readonly<Record<string, Json>>;
  /** Null: there is no such placement, or this decision must not ask for it. */
  readonly placements: Readonly<Record<string, PlacementAnswer | null>>;
};

export type Decider = {
  /** @throws AppError `not_found` for a decision that does not exist. */
  decide(input: DecideInput): Promise<Decided>;
};

const DEFAULT_DECISION = 'default';
const COMPILED_MAX = 500;

/** Compiled placements are kept, each under its version and the rules in force when it was compiled. */
export function createDecider(ctx: Context): Decider {
  const compiled = new Map<string, CompiledPlacement>();

  function placementOf({ key, version, body }: DefinitionBody, rules: string, catalog: Catalog): CompiledPlacement {
    const name = `${key} ${version} ${rules}`;
    const kept = compiled.get(name);
    if (kept) return kept;
    const made = compilePlacement(
      parseWith(PlacementDefinition, body, say('The {kind} "{key}"', { kind: say('placement'), key })),
      catalog,
    );
    compiled.set(name, made);
    for (const oldest of compiled.keys()) {
      if (compiled.size <= COMPILED_MAX) break;
      compiled.delete(oldest);
    }
    return made;
  }

  return {
    async decide(input) {
      const now = ctx.clock.now();
      const live = await loadLive(ctx.db);
      const bodies = await selectPublished(ctx.db, {
        decision: input.decision ?? DEFAULT_DECISION,
        placements: input.placements,
      });
      const decision = decisionOf(input, bodies);
      const allowed = decision.placements && new Set(decision.placements);
      const asked = bodies.filter(({ kind, key }) => kind === 'placement' && (!allowed || allowed.has(key)));
      const compileAll = (catalog: Catalog, rules: string) => asked.map((body) => placementOf(body, rules, catalog));

      const stored = storedAudiences(live.catalog, new Set(live.audiences.all.map((audience) => audience.key)));
      const quick = compileAll(stored, `stored ${live.epoch}`);
      const rules = [
        ...quick.flatMap((placement) => placement.rules),
        ...decision.audiences.map((audience): Rule => ({ audience })),
      ];
      const person = await findPerson(ctx, input, rules);
      // Until the engine has brought the person's bucket up, only the rules themselves know who is in an audience that is new.
      const isBehind = person !== undefined && person.epoch < live.epoch;
      const catalog = isBehind ? live.catalog : stored;
      const placements = isBehind ? compileAll(live.catalog, `all ${live.epoch}`) : quick;
      const facts = person && (await factsOf(ctx, person, rules, catalog));
      const profile = person ? { ...person.traits, ...person.columns, id: person.profileId } : {};
      const chosen = placements.map((placement) => [placement.key, placement.choose({ facts, profile, now })] as const);
      const nothing = input.placements.map((key) => [key, null] as const);
      return {
        known: person !== undefined,
        audiences: facts
          ? decision.audiences.filter((audience) => compileClosure({ audience }, catalog)(facts, now))
          : [],
        traits: person ? pick({ ...person.traits, ...person.columns }, decision.traits) : {},
        placements: Object.fromEntries([...nothing, ...chosen]),
      };
    },
  };
}

function decisionOf(input: DecideInput, bodies: readonly DefinitionBody[]): DecisionDefinition {
  const found = bodies.find(({ kind }) => kind === 'decision');
  if (found)
    return parseWith(
      DecisionDefinition,
      found.body,
      say('The {kind} "{key}"', { kind: say('decision'), key: found.key }),
    );
  if (input.decision !== undefined && input.decision !== DEFAULT_DECISION) throw notFound('decision', input.decision);
  // Nobody has said what may leave: nothing does.
  return { kind: 'decision', key: DEFAULT_DECISION, traits: [], audiences: [] };
}

/** Live audiences are answered by their stored members, which are exact; only others have their rule looked at. */
function storedAudiences(catalog: Catalog, live: ReadonlySet<string>): Catalog {
  const rules = [...(catalog.audienceRules ?? [])].filter(([key]) => !live.has(key));
  return { ...catalog, audienceRules: new Map(rules) };
}

async function findPerson(
  ctx: Context,
  { identity }: DecideInput,
  rules: readonly Rule[],
): Promise<KnownPerson | undefined> {
  const value = identity && normaliseIdentity(identity.namespace, identity.value);
  if (!identity || value === undefined) return undefined;
  const audiences = rules.flatMap((rule) => ('audience' in rule ? [rule.audience] : []));
  return findKnownPerson(ctx.db, { namespace: identity.namespace, value }, [...new Set(audiences)]);
}

/** Nothing more is read when only memberships are asked about; otherwise everything that the rules together look at. */
async function factsOf(ctx: Context, person: KnownPerson, rules: readonly Rule[], catalog: Catalog): Promise<Facts> {
  const beyond = rules.filter((rule) => !('audience' in rule) || catalog.audienceRules?.has(rule.audience));
  if (beyond.length > 0) return loadFacts(ctx.db, { rule: { any: [...rules] }, catalog, person });
  return {
    profile: { email: null, phone: null, locale: null, time_zone: null, created_at: 0, updated_at: 0 },
    traits: {},
    events: [],
    rows: NO_ROWS,
    audiences: new Set(person.audiences),
    consents: [],
    messages: [],
    reactions: [],
    suppressed: new Set(),
  };
}

function pick(values: Readonly<Record<string, Json>>, names: readonly string[]): Record<string, Json> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      return value === undefined || value === null ? [] : [[name, value] as const];
    }),
  );
}
