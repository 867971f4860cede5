import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { id, MIGRATIONS_FOLDER, migrate, openDatabase, sql } from '../../src/platform/sql/index.ts';
import { startScratchServer } from '../support/server.ts';
import { dumpSchema } from './dump.ts';

// Writes schema.sql anew, from the migrations alone.
const server = await startScratchServer();
try {
  const admin = openDatabase({ connectionString: server.url, connectionsMax: 1 });
  await admin.execute(sql`create database ${id('schema')}`);
  await admin.close();
  const url = new URL(server.url);
  url.pathname = '/schema';
  const db = openDatabase({ connectionString: url.toString(), connectionsMax: 1 });
  await migrate(db, MIGRATIONS_FOLDER);
  await writeFile(join(import.meta.dirname, '../../schema.sql'), await dumpSchema(db));
  await db.close();
  process.stderr.write('schema.sql is up to date.\n');
} finally {
  await server.stop();
}
