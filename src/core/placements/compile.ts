import { createTextCompiler, type TextCompiler } from '../content/index.ts';
import type { Catalog } from '../data/index.ts';
import type { Instant, Json } from '../kernel/index.ts';
import { compileClosure, type Facts, momentOf, type Rule } from '../rules/index.ts';
import type { PlacementDefinition } from './definition.ts';

/** Why an offer is shown or is not. */
export type OfferOutcome =
  | 'shown'
  | 'not_started'
  | 'ended'
  | 'unknown_person'
  | 'not_in_audience'
  | 'rule_not_met'
  | 'content_failed';

export type PlacementChoice = {
  /** The offer that is shown; null: the fallback, or nothing. */
  readonly offer: string | null;
  readonly content: Json;
  /** Every offer up to the one that is shown, in their order. */
  readonly considered: readonly { readonly offer: string; readonly outcome: OfferOutcome }[];
};

/** What a placement is decided on; no facts: the person is not known. */
export type PlacementInput = {
  readonly facts: Facts | undefined;
  /** What Liquid reads. */
  readonly profile: Readonly<Record<string, unknown>>;
  readonly now: Instant;
};

export type CompiledPlacement = {
  readonly key: string;
  /** The rules that its facts must answer. */
  readonly rules: readonly Rule[];
  choose(input: PlacementInput): PlacementChoice;
};

type Render = (profile: PlacementInput['profile'], now: Instant) => Json;

/** Compiles a checked placement once; `choose` then takes microseconds. */
export function compilePlacement(definition: PlacementDefinition, catalog: Catalog): CompiledPlacement {
  const compiler = createTextCompiler('UTC', definition.html);
  const offers = definition.offers.map((offer) => {
    const rule: Rule | undefined = offer.audience === undefined ? offer.rule : { audience: offer.audience };
    return {
      key: offer.key,
      rule,
      holds: rule && compileClosure(rule, catalog),
      refusal: offer.audience === undefined ? ('rule_not_met' as const) : ('not_in_audience' as const),
      starts: offer.starts === undefined ? Number.NEGATIVE_INFINITY : (momentOf(offer.starts) ?? 0),
      ends: offer.ends === undefined ? Number.POSITIVE_INFINITY : (momentOf(offer.ends) ?? 0),
      render: compileContent(offer.content, compiler),
    };
  });
  const fallback = definition.fallback === undefined ? undefined : compileContent(definition.fallback, compiler);
  const outcomeOf = (offer: (typeof offers)[number], { facts, now }: PlacementInput): OfferOutcome => {
    if (now < offer.starts) return 'not_started';
    if (now >= offer.ends) return 'ended';
    if (!offer.holds) return 'shown';
    if (!facts) return 'unknown_person';
    return offer.holds(facts, now) ? 'shown' : offer.refusal;
  };
  return {
    key: definition.key,
    rules: offers.flatMap((offer) => offer.rule ?? []),
    choose(input) {
      const considered: { offer: string; outcome: OfferOutcome }[] = [];
      for (const offer of offers) {
        const outcome = outcomeOf(offer, input);
        const content = outcome === 'shown' ? attempt(offer.render, input) : undefined;
        considered.push({ offer: offer.key, outcome: outcome === 'shown' && !content ? 'content_failed' : outcome });
        if (content) return { offer: offer.key, content: content.value, considered };
      }
      return { offer: null, content: (fallback && attempt(fallback, input)?.value) ?? null, considered };
    },
  };
}

/** What one person's values do to a text is no reason to show nothing. */
function attempt(render: Render, { profile, now }: PlacementInput): { readonly value: Json } | undefined {
  try {
    return { value: render(profile, now) };
  } catch {
    return undefined;
  }
}

function compileContent(content: Json, compiler: TextCompiler): Render {
  if (typeof content === 'string') {
    const text = compiler.compile(content);
    return (profile, now) => text.render({ profile }, now);
  }
  if (content === null || typeof content !== 'object') return () => content;
  if (Array.isArray(content)) {
    const parts = content.map((part: Json) => compileContent(part, compiler));
    return (profile, now) => parts.map((part) => part(profile, now));
  }
  const parts = Object.entries(content).map(([name, part]) => [name, compileContent(part, compiler)] as const);
  return (profile, now) => Object.fromEntries(parts.map(([name, part]) => [name, part(profile, now)]));
}
