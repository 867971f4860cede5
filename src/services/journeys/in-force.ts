import { instantText } from '../../core/rules/index.ts';
import type { Context } from '../../platform/context.ts';
import { type CountRow, type InForceRow, selectInForce, sumVersions } from './store-report.ts';

/** A journey that people are in or come into, as its newest version stands; `inside` and `entered_today` are of all of them. */
export type JourneyInForce = InForceRow & {
  readonly inside: number;
  readonly entered: number;
  readonly entered_today: number;
  readonly ended: number;
};

/** Every journey in force, from counters, by key. */
export async function listJourneysInForce(ctx: Context): Promise<JourneyInForce[]> {
  const versions = await selectInForce(ctx.db);
  const keys = [...new Set(versions.map(({ key }) => key))];
  const today = instantText(ctx.clock.now()).slice(0, 10);
  const counts = grouped(await sumVersions(ctx.db, keys, today), ({ journey_key: key }) => key);
  return [...grouped(versions, ({ key }) => key)].flatMap(([key, own]) => {
    const [newest] = own;
    const inForce = new Set(own.map(({ version }) => version));
    const total = (name: string, isOf: (count: CountRow) => boolean) =>
      (counts.get(key) ?? []).reduce((sum, it) => sum + (it.name === name && isOf(it) ? it.value : 0), 0);
    const isInForce = ({ version }: CountRow) => inForce.has(version);
    const isNewest = ({ version }: CountRow) => version === newest?.version;
    if (!newest) return [];
    return {
      ...newest,
      inside: total('entered', isInForce) - total('ended', isInForce) - total('migrated', isInForce),
      entered: total('entered', isNewest),
      entered_today: total('entered-on', () => true),
      ended: total('ended', isNewest),
    };
  });
}

function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
}
