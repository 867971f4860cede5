import type { TestView } from './queries.ts';

/** What a person of a test is called: their address, else an identity, else their number. */
export function nameOf({ email, identities, profile_id }: TestView['who'][number]): string {
  const [first] = Object.entries(identities).flatMap(([namespace, values]) => values.map((it) => `${namespace}:${it}`));
  return email ?? first ?? `#${profile_id}`;
}
