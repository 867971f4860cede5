import type { Definition } from '../../core/definitions/index.ts';
import { say, type Wording } from '../../core/kernel/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { loadCatalog } from '../tables/index.ts';
import { whyNotLive } from './read-rules.ts';

/** What whoever has published audiences should know: of each that does not stream, why. By key. */
export async function streamingNotes(
  db: Queryable,
  definitions: readonly Definition[],
): Promise<ReadonlyMap<string, readonly Wording[]>> {
  const rules = definitions.flatMap((definition) =>
    definition.kind === 'audience' && definition.rule ? [[definition.key, definition.rule] as const] : [],
  );
  if (rules.length === 0) return new Map();
  const catalog = await loadCatalog(db);
  return new Map(
    rules.map(([key, rule]) => [
      key,
      whyNotLive(rule, catalog).map(({ path, wording }) =>
        say('It does not stream because of {place}: {problem}', {
          place: path === '' ? say('its rule') : `rule.${path}`,
          problem: wording,
        }),
      ),
    ]),
  );
}
