import type { DefinitionKind } from '../core/definitions/index.ts';
import type { ScopeNoun } from '../services/keys/index.ts';

/**
 * What a route needs: `public`, or a noun with `read` or `write`. `account` is what belongs to whoever is signed in, of whatever role,
 * and to no key. A key carries scopes of the same form, `campaigns:*` for both
 * verbs of a noun, or `*` for everything; `write` includes `read`.
 */
export type Scope = 'public' | AccountScope | `${ScopeNoun}:read` | `${ScopeNoun}:write`;
type AccountScope = 'account:read' | 'account:write';

export function isOwnAccount(scope: Scope): scope is AccountScope {
  return scope === 'account:read' || scope === 'account:write';
}

/** Whether a key with the scopes `held` may call a route that needs `needed`. */
export function allows(held: readonly string[], needed: Scope): boolean {
  return needed === 'public' || mayDo(held, needed);
}

/** Whether a key with the scopes `held` may make one with the scope `granted`: nobody can give what they do not have. */
export function covers(held: readonly string[], granted: string): boolean {
  if (held.includes('*')) return true;
  const [noun, verb] = granted.split(':');
  // Who may write may read, so `noun:write` is all that `noun:*` says.
  return verb !== undefined && mayDo(held, `${noun}:${verb === 'read' ? 'read' : 'write'}`);
}

function mayDo(held: readonly string[], needed: string): boolean {
  if (held.includes('*')) return true;
  const [noun, verb] = needed.split(':');
  return held.some(
    (scope) => scope === needed || scope === `${noun}:*` || (verb === 'read' && scope === `${noun}:write`),
  );
}

/**
 * What is enough to change a definition of a kind, where `definitions:write` is enough for all: whoever may change a thing may change
 * its definition. An endpoint leads out of the house, the identity policy says who is the same person; neither has a noun of its own.
 */
export const WRITE_SCOPES: Readonly<Record<DefinitionKind, Scope>> = {
  table: 'tables:write',
  channel: 'channels:write',
  endpoint: 'definitions:write',
  identity: 'definitions:write',
  'computed-trait': 'profiles:write',
  fragment: 'templates:write',
  template: 'templates:write',
  audience: 'audiences:write',
  campaign: 'campaigns:write',
  journey: 'journeys:write',
  placement: 'decide:write',
  decision: 'decide:write',
};
