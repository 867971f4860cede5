import { invalid, type Problem, say, says, suggest } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { randomSecret, sha256 } from '../../platform/crypto.ts';
import { insertKey, type KeyRow } from './store.ts';

const NAME_LENGTH_MAX = 100;
/** What a key may read or write. */
export const SCOPE_NOUNS = [
  'audiences',
  'audit',
  'campaigns',
  'channels',
  'decide',
  'definitions',
  'imports',
  'journeys',
  'keys',
  'messages',
  'profiles',
  'sandbox',
  'sends',
  'sources',
  'suppressions',
  'tables',
  'templates',
  'users',
  'webhooks',
] as const;
export type ScopeNoun = (typeof SCOPE_NOUNS)[number];

const SCOPE = new RegExp(`^(\\*|(${SCOPE_NOUNS.join('|')}):(read|write|\\*))$`);

/** Whether a text is a scope: `noun:read`, `noun:write`, `noun:*` or `*`. */
export function isScope(text: string): boolean {
  return SCOPE.test(text);
}

/**
 * Makes an API key. `secret` is what the caller sends from now on; only its hash is kept, so it can never be shown again.
 * @throws AppError `invalid` when the name is empty or a scope is not `noun:read`, `noun:write`, `noun:*` or `*`.
 */
export async function createKey(
  ctx: Context,
  input: { readonly name: string; readonly scopes: readonly string[] },
): Promise<KeyRow & { readonly secret: string }> {
  const problems: Problem[] = [];
  if (input.name.trim() === '' || input.name.length > NAME_LENGTH_MAX) {
    problems.push({ path: 'name', ...says('must have 1 to {max} characters.', { max: NAME_LENGTH_MAX }) });
  }
  if (input.scopes.length === 0) problems.push({ path: 'scopes', ...says('must name at least one scope.') });
  input.scopes.forEach((scope, index) => {
    if (!isScope(scope)) {
      problems.push({
        path: `scopes.${index}`,
        ...says('"{scope}" is not a scope.', { scope }),
        expected: `* or NOUN:read, NOUN:write, NOUN:* with a noun of ${SCOPE_NOUNS.join(', ')}`,
        ...nearest(scope),
      });
    }
  });
  if (problems.length > 0) throw invalid(say('The key is not valid.'), problems);
  const secret = `carillon_${randomSecret()}`;
  const row = await insertKey(ctx.db, {
    name: input.name.trim(),
    hash: sha256(secret),
    scopes: [...new Set(input.scopes)],
    now: ctx.clock.now(),
  });
  return { ...row, secret };
}

function nearest(scope: string): { suggestion?: string } {
  const scopes = SCOPE_NOUNS.flatMap((noun) => [`${noun}:read`, `${noun}:write`]);
  const suggestion = suggest(scope, scopes);
  return suggestion === undefined ? {} : { suggestion };
}
