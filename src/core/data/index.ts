export {
  type Catalog,
  type CatalogLink,
  type CatalogTable,
  catalogTables,
  columnsOf,
  PROFILE_COLUMNS,
  PROFILES,
} from './catalog.ts';
export { type Column, ColumnName, ColumnType, Name, TableDefinition } from './table.ts';
