export {
  type Catalog,
  type CatalogLink,
  type CatalogTable,
  catalogTables,
  columnsOf,
  PROFILE_COLUMNS,
  PROFILES,
} from './catalog.ts';
export { checkTable, TABLE_COLUMNS_MAX } from './check-table.ts';
export { type Column, ColumnName, ColumnType, Name, TableDefinition } from './table.ts';
