export { isEmbedded, lowerPriority } from './priority.ts';
export { type PostgresServer, type StartOptions, startPostgres } from './start.ts';
