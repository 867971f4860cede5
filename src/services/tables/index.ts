export { applyTable, defineTable } from './apply.ts';
export { fillEmptyTable } from './fill-empty.ts';
export { countTable, getTable, listRows, listTables, type TableSummary } from './list.ts';
export { loadCatalog, loadPublished, observeNames } from './load-catalog.ts';
export { hasRows, lockTableForm, postgresType, publishedTables, tableName } from './store.ts';
export { observedEventNames } from './store-catalog.ts';
