import { type Definition, type DefinitionKind, parseDefinition } from '../../core/definitions/index.ts';
import { invalid, type Problem, say, says } from '../../core/kernel/index.ts';

type Named = { readonly kind: DefinitionKind; readonly key: string };

/** The definition that a document says, under the name that it is addressed by. @throws AppError `invalid` with every problem. */
export function readDefinition<Kind extends DefinitionKind>(
  document: unknown,
  { kind, key }: Named & { readonly kind: Kind },
): Extract<Definition, { readonly kind: Kind }> {
  const definition = parseDefinition(withName(document, { kind, key }));
  const misnamed: Problem[] = [];
  if (definition.kind !== kind) misnamed.push({ path: 'kind', ...says('differs from the address.'), expected: kind });
  if (definition.key !== key) misnamed.push({ path: 'key', ...says('differs from the address.'), expected: key });
  if (misnamed.length > 0) throw invalid(say('The definition is not the one that the address names.'), misnamed);
  return definition as Extract<Definition, { readonly kind: Kind }>;
}

/** The address already says kind and key; a document that leaves them out gets them from there. */
export function withName(document: unknown, { kind, key }: Named): unknown {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return document;
  return 'kind' in document && 'key' in document ? document : { kind, key, ...document };
}
