export { applyTable, defineTable } from './apply.ts';
export { loadCatalog } from './load-catalog.ts';
export { hasRows, lockTableForm, postgresType, publishedTables, tableName } from './store.ts';
