export { type PostgresServer, type StartOptions, startPostgres } from './start.ts';
