import { createAdapterFactory } from 'better-auth/adapters';
import type { Queryable } from '../../platform/sql/index.ts';
import { countRows, deleteRows, insertRow, selectRows, updateRows, type Where } from './store-auth.ts';

const ROWS_MAX = 1_000;

/** The sign-in library's tables, through our own connections: it keeps no pool of its own. */
export function authAdapter(db: Queryable) {
  return createAdapterFactory({
    config: { adapterId: 'carillon', supportsDates: true, supportsBooleans: true, supportsJSON: false },
    adapter: ({ getDefaultModelName: modelOf }) => ({
      create: async ({ model, data }) => (await insertRow(db, modelOf(model), data)) as typeof data,
      findOne: async <T>({ model, where }: { model: string; where: Where[] }) => {
        const [row] = await selectRows(db, modelOf(model), { where, limit: 1 });
        return (row as T | undefined) ?? null;
      },
      findMany: async <T>(input: {
        model: string;
        where?: Where[] | undefined;
        limit: number;
        offset?: number | undefined;
        sortBy?: { field: string; direction: 'asc' | 'desc' } | undefined;
      }) => {
        const { model, where = [], limit = ROWS_MAX, offset = 0, sortBy } = input;
        const rows = await selectRows(db, modelOf(model), { where, limit, offset, ...(sortBy && { sortBy }) });
        return rows as T[];
      },
      update: async <T>({ model, where, update }: { model: string; where: Where[]; update: T }) => {
        const [row] = await updateRows(db, modelOf(model), where, update as Record<string, unknown>);
        return (row as T | undefined) ?? null;
      },
      updateMany: async ({ model, where, update }) => (await updateRows(db, modelOf(model), where, update)).length,
      delete: async ({ model, where }) => {
        await deleteRows(db, modelOf(model), where);
      },
      deleteMany: async ({ model, where }) => (await deleteRows(db, modelOf(model), where)).length,
      consumeOne: async <T>({ model, where }: { model: string; where: Where[] }) => {
        const [row] = await deleteRows(db, modelOf(model), where);
        return (row as T | undefined) ?? null;
      },
      count: async ({ model, where = [] }) => countRows(db, modelOf(model), where),
    }),
  });
}
