export { findBinaries } from './binaries.ts';
export { type PostgresServer, type StartOptions, startPostgres } from './start.ts';
