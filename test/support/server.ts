import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '../../src/platform/log.ts';
import { startPostgres } from '../../src/platform/postgres/index.ts';

/** What makes a server fast whose data nobody will miss. */
export const SCRATCH_SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: 300,
  shared_buffers: '512MB',
};

export type TestServer = { readonly url: string; stop(): Promise<void> };

/** An embedded server in a temporary folder, gone after `stop`. */
export async function startScratchServer(): Promise<TestServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'carillon-test-'));
  // When root runs the tests, the server's account has to reach its folder.
  await chmod(dataDir, 0o711);
  const server = await startPostgres({ dataDir, log: silentLogger, settings: SCRATCH_SETTINGS });
  return {
    url: server.url,
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
