import { statfsSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';

export type ServerSettings = Readonly<Record<string, string | number>>;

export type Machine = {
  readonly memoryMb: number;
  readonly cpus: number;
  /** The size of /dev/shm; containers often have very little of it. */
  readonly sharedMemoryMb: number;
};

export function thisMachine(): Machine {
  // A container's limit counts, not the memory of its host.
  const limit = process.constrainedMemory();
  const bytes = limit > 0 && limit < totalmem() ? limit : totalmem();
  return { memoryMb: Math.floor(bytes / 2 ** 20), cpus: availableParallelism(), sharedMemoryMb: sharedMemoryMb() };
}

/**
 * Settings for a server that shares its machine with Carillon itself. Durability is never traded: fsync and
 * synchronous_commit stay on.
 */
export function tune(machine: Machine): ServerSettings {
  const mb = (value: number, min: number, max: number) => `${Math.round(Math.min(max, Math.max(min, value)))}MB`;
  const { memoryMb, cpus } = machine;
  return {
    max_connections: 100,
    shared_buffers: mb(memoryMb / 5, 128, 8_192),
    effective_cache_size: mb(memoryMb * 0.6, 384, 65_536),
    work_mem: mb(memoryMb / 256, 8, 64),
    maintenance_work_mem: mb(memoryMb / 24, 64, 1_024),
    // Parallel queries exchange rows through this; where /dev/shm is tiny they would fail there.
    ...(process.platform === 'linux' && machine.sharedMemoryMb < 512 ? { dynamic_shared_memory_type: 'mmap' } : {}),
    fsync: 'on',
    synchronous_commit: 'on',
    // Nobody replicates this server, so a table created and filled in one transaction is synced instead of logged.
    wal_level: 'minimal',
    max_wal_senders: 0,
    // This build has pglz only, and that costs more time per page than writing the page.
    wal_compression: 'off',
    max_wal_size: '4GB',
    // Segments of the log are used again up to here after a checkpoint, because making a new one holds up every commit.
    min_wal_size: '1GB',
    // Left to PostgreSQL it is one segment, and ours are small.
    wal_buffers: mb(memoryMb / 160, 4, 16),
    checkpoint_timeout: '15min',
    max_worker_processes: Math.max(8, cpus * 2),
    max_parallel_workers: cpus,
    max_parallel_workers_per_gather: Math.max(1, Math.min(4, cpus - 1)),
    max_parallel_maintenance_workers: Math.max(1, Math.min(4, cpus - 1)),
    random_page_cost: 1.1,
    jit: 'off',
    autovacuum_naptime: '20s',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_line_prefix: '%m [%p] ',
  };
}

/** The text of postgresql.conf. */
export function renderSettings(settings: ServerSettings): string {
  const quote = (value: string | number) => `'${String(value).replaceAll("'", "''")}'`;
  return [
    '# Written at every start. Put settings of your own into local.conf beside this file.',
    ...Object.entries(settings).map(([name, value]) => `${name} = ${quote(value)}`),
    "include_if_exists 'local.conf'",
    '',
  ].join('\n');
}

function sharedMemoryMb(): number {
  try {
    const { blocks, bsize } = statfsSync('/dev/shm');
    return Math.floor((blocks * bsize) / 2 ** 20);
  } catch {
    return 0;
  }
}
