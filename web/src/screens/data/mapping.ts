/** What becomes of one column of a file, as the person decided. */
export type Choice = {
  readonly source: string;
  readonly as: 'identity' | 'column' | 'trait' | 'consent' | 'nothing';
  /** A namespace, a column, a trait or a channel. */
  readonly name: string;
};

export type Into = 'people' | 'rows';

/** What keeps choices from being a mapping. */
export type Obstacle =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'twice'; readonly name: string }
  | { readonly kind: 'name'; readonly name: string };

const NAME = /^[a-z][a-z0-9_]{0,62}$/;

/** Everything that is wrong with the choices; none when they can be tried. */
export function obstaclesOf(choices: readonly Choice[], into: Into): Obstacle[] {
  const used = choices.filter((choice) => choice.as !== 'nothing');
  if (used.length === 0) return [{ kind: 'nothing' }];
  const found: Obstacle[] = [];
  if (into === 'people' && !used.some((choice) => choice.as === 'identity')) found.push({ kind: 'nobody' });
  const seen = new Set<string>();
  for (const { as, name } of used) {
    const place = `${as} ${name}`;
    if (seen.has(place)) found.push({ kind: 'twice', name });
    seen.add(place);
    if (!NAME.test(name)) found.push({ kind: 'name', name });
  }
  return found;
}

/** The choices in the form that an import takes. An address that names a person is their address too. */
export function mappingOf(choices: readonly Choice[], into: Into, country: string): Record<string, unknown> {
  const block = (as: Choice['as']) =>
    Object.fromEntries(choices.filter((choice) => choice.as === as).map(({ name, source }) => [name, source]));
  if (into === 'rows') return { columns: block('column') };
  const identities = block('identity');
  const addresses = Object.fromEntries(Object.entries(identities).filter(([name]) => ADDRESSES.has(name)));
  const consent = Object.fromEntries(
    Object.entries(block('consent')).map(([channel, column]) => [channel, { column }]),
  );
  return {
    identities,
    columns: { ...addresses, ...block('column') },
    traits: block('trait'),
    consent,
    ...(country === '' ? {} : { default_country: country }),
  };
}
const ADDRESSES = new Set(['email', 'phone']);
