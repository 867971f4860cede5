import { z } from 'zod';

/** What a person may do in the console: `owner` everything, the others what `scopesOf` says. */
export const Role = z.enum(['owner', 'marketer', 'analyst', 'viewer']);
export type Role = z.infer<typeof Role>;

/** Nouns that only an owner may touch: they give access to others, or lead out of the house. */
const OWNER_ONLY = new Set(['keys', 'users', 'audit']);
/** Nouns that a marketer reads but does not change: how messages leave, how data gets in, and so definitions of whatever kind. */
const OPERATORS = new Set(['channels', 'sources', 'webhooks', 'tables', 'definitions']);
/** Nouns that name single people, hold what they were sent, or answer what is known of one. */
const PERSONAL = new Set(['profiles', 'sandbox', 'suppressions', 'imports', 'sources', 'messages', 'decide']);

/**
 * The scopes of a role, of the same form as those of an API key: a marketer builds and sends, an analyst reads everything and keeps
 * audiences, a viewer sees campaigns, journeys and their results, but no single person.
 */
export function scopesOf(role: Role, nouns: readonly string[]): string[] {
  const open = nouns.filter((noun) => !OWNER_ONLY.has(noun));
  switch (role) {
    case 'owner':
      return ['*'];
    case 'marketer':
      return open.map((noun) => (OPERATORS.has(noun) ? `${noun}:read` : `${noun}:write`));
    case 'analyst':
      return open.map((noun) => (noun === 'audiences' ? `${noun}:write` : `${noun}:read`));
    case 'viewer':
      return open.filter((noun) => !PERSONAL.has(noun)).map((noun) => `${noun}:read`);
  }
}
