import { z } from 'zod';
import { AudienceDefinition } from '../audiences/index.ts';
import { CampaignDefinition } from '../campaigns/index.ts';
import { ChannelDefinition } from '../channels/index.ts';
import { ComputedTraitDefinition } from '../computed/index.ts';
import { FragmentDefinition, TemplateDefinition } from '../content/index.ts';
import { TableDefinition } from '../data/index.ts';
import { EndpointDefinition } from '../endpoints/index.ts';
import { IdentityDefinition } from '../identity/index.ts';
import { JourneyDefinition } from '../journeys/index.ts';
import { type AppError, invalid, parseWith, say, says, suggest, type Wording } from '../kernel/index.ts';
import { DecisionDefinition, PlacementDefinition } from '../placements/index.ts';

/** The schema of each kind of definition, in the order in which kinds may refer to each other: a later one to an earlier one. */
export const DEFINITION_SCHEMAS = {
  table: TableDefinition,
  channel: ChannelDefinition,
  endpoint: EndpointDefinition,
  'computed-trait': ComputedTraitDefinition,
  identity: IdentityDefinition,
  fragment: FragmentDefinition,
  template: TemplateDefinition,
  audience: AudienceDefinition,
  campaign: CampaignDefinition,
  journey: JourneyDefinition,
  placement: PlacementDefinition,
  decision: DecisionDefinition,
} as const;

export const DEFINITION_KINDS = Object.keys(DEFINITION_SCHEMAS) as DefinitionKind[];
export const DefinitionKind = z.enum(Object.keys(DEFINITION_SCHEMAS) as [DefinitionKind, ...DefinitionKind[]]);
export type DefinitionKind = keyof typeof DEFINITION_SCHEMAS;

/** The definition of one kind, as it is after parsing: with every default filled in. */
export type DefinitionOf<Kind extends DefinitionKind> = z.infer<(typeof DEFINITION_SCHEMAS)[Kind]>;
export type Definition = { [Kind in DefinitionKind]: DefinitionOf<Kind> }[DefinitionKind];

/**
 * Parses a document of any kind. What it refers to is not looked at here.
 * @throws AppError `invalid` with every problem and its path.
 */
export function parseDefinition(document: unknown): Definition {
  const kind = kindOf(document);
  if (kind === undefined) throw unknownKind(document);
  // The schema of a kind parses to the definition of that kind; the compiler cannot follow the pairing through the record.
  return parseWith(DEFINITION_SCHEMAS[kind] as z.ZodType, document, titleOf(document, kind)) as Definition;
}

function kindOf(document: unknown): DefinitionKind | undefined {
  const kind = fieldOf(document, 'kind');
  return DEFINITION_KINDS.find((known) => known === kind);
}

function titleOf(document: unknown, kind: DefinitionKind): Wording {
  const key = fieldOf(document, 'key');
  return typeof key === 'string'
    ? say('The {kind} "{key}"', { kind: say(kind), key })
    : say('The {kind}', { kind: say(kind) });
}

function fieldOf(document: unknown, name: string): unknown {
  return typeof document === 'object' && document !== null ? Reflect.get(document, name) : undefined;
}

function unknownKind(document: unknown): AppError {
  const kind = fieldOf(document, 'kind');
  const expected = DEFINITION_KINDS.join(' | ');
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    return invalid(say('The document is not a definition.'), [
      { path: '', ...says('A definition is an object with a "kind" and a "key".'), expected: 'object' },
    ]);
  }
  if (typeof kind !== 'string') {
    return invalid(say('The document is not a definition.'), [
      { path: 'kind', ...says('The kind is missing.'), expected },
    ]);
  }
  const near = suggest(kind, DEFINITION_KINDS);
  return invalid(say('The document is not a definition.'), [
    {
      path: 'kind',
      ...says('There is no kind "{kind}".', { kind }),
      expected,
      ...(near === undefined ? {} : { suggestion: near }),
    },
  ]);
}
