import type { Place } from '../../core/identity/index.ts';
import type { Context } from '../../platform/context.ts';
import { followPlaces } from '../profiles/index.ts';
import { readSuppressions } from './store-erase.ts';
import { findPersonTables, readIdentityRows, readRows } from './store-person.ts';

/** One row of one table; of entity tables `data.` stands before the name, of populations of campaigns `work.`. */
export type ExportedRow = { readonly table: string; readonly row: unknown };

/** Everything that is stored about one person, table by table; empty when there is no such profile. */
export async function* exportProfile(ctx: Context, place: Place): AsyncGenerator<ExportedRow> {
  const [found] = await followPlaces(ctx.db, [place]);
  if (!found) return;
  for (const table of await findPersonTables(ctx.db)) {
    const name = table.schema === 'public' ? table.name : `${table.schema}.${table.name}`;
    const rows = name === 'identity' ? readIdentityRows(ctx.db, found) : readRows(ctx.db, table, found);
    for (const { row } of await rows) yield { table: name, row };
  }
  for (const { row } of await readSuppressions(ctx.db, found)) yield { table: 'suppression', row };
}
