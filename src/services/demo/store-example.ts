import { type Queryable, sql } from '../../platform/sql/index.ts';

const KEY = 'example_shop';
/** Whoever loads the example shop holds this: it is loaded once at a time, by whatever process. */
const LOADING_LOCK = 7_301_013;

export type ExampleState = {
  readonly state: 'loading' | 'loaded' | 'failed';
  /** What is being done: the file, or a word for the rest. */
  readonly doing: string;
  readonly step: number;
  readonly steps: number;
  /** Rows of the file that were read. */
  readonly rows: number;
  readonly error: string | null;
};

export async function selectExampleState(db: Queryable): Promise<ExampleState | undefined> {
  const row = await db.maybeOne<{ value: ExampleState }>(sql`select value from setting where key = ${KEY}`);
  return row?.value;
}

export async function saveExampleState(db: Queryable, state: ExampleState): Promise<void> {
  await db.execute(sql`
    insert into setting (key, value) values (${KEY}, ${JSON.stringify(state)}::jsonb)
    on conflict (key) do update set value = excluded.value`);
}

/** Whether somebody or something is here already that the example would be mixed with. */
export async function hasData(db: Queryable): Promise<boolean> {
  const { found } = await db.one<{ found: boolean }>(sql`
    select exists (select from profile) or exists (select from definition) as found`);
  return found;
}

/** Whether a campaign was ever run, for real or as a test. */
export async function hasRuns(db: Queryable): Promise<boolean> {
  const { found } = await db.one<{ found: boolean }>(sql`select exists (select from campaign_run) as found`);
  return found;
}

/** Held as long as the session lives. */
export async function tryLoadingLock(session: Queryable): Promise<boolean> {
  const { locked } = await session.one<{ locked: boolean }>(sql`
    select pg_try_advisory_lock(${LOADING_LOCK}::bigint) as locked`);
  return locked;
}

export async function releaseLoadingLock(session: Queryable): Promise<void> {
  await session.execute(sql`select pg_advisory_unlock(${LOADING_LOCK}::bigint)`);
}

/** Whether any process loads it now. */
export async function isBeingLoaded(db: Queryable): Promise<boolean> {
  const { held } = await db.one<{ held: boolean }>(sql`
    select exists (select from pg_locks
      where locktype = 'advisory' and classid = 0 and objid = ${LOADING_LOCK}
        and database = (select oid from pg_database where datname = current_database())) as held`);
  return held;
}
