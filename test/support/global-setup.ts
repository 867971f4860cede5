import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { id, migrate, openDatabase, sql } from '../../src/platform/sql/index.ts';
import { startScratchServer } from './server.ts';

const MIGRATIONS = join(import.meta.dirname, '../../migrations');

/** Once per test run: a server, and on it a migrated template database that every test file clones. */
export default async function setup(project: TestProject) {
  const given = process.env.CARILLON_TEST_DATABASE_URL;
  const server = given ? { url: given, stop: async () => undefined } : await startScratchServer();

  const hash = createHash('sha256');
  for (const name of readdirSync(MIGRATIONS).sort()) hash.update(readFileSync(join(MIGRATIONS, name)));
  const template = `carillon_template_${hash.digest('hex').slice(0, 12)}`;
  const admin = openDatabase({ connectionString: server.url, connectionsMax: 1 });
  const existing = await admin.maybeOne(sql`select 1 as found from pg_database where datname = ${template}`);
  if (!existing) {
    const building = `${template}_building_${process.pid}`;
    await admin.execute(sql`create database ${id(building)}`);
    const url = new URL(server.url);
    url.pathname = `/${building}`;
    const db = openDatabase({ connectionString: url.toString(), connectionsMax: 1 });
    await migrate(db, MIGRATIONS);
    await db.close();
    await admin.execute(sql`alter database ${id(building)} rename to ${id(template)}`).catch(() => undefined);
  }
  await admin.close();
  project.provide('serverUrl', server.url);
  project.provide('templateDatabase', template);
  return server.stop;
}
