// Owns: loading the example shop into a running server, in the background, and saying how far it is.
// Does not own: what the shop holds. Invariants: 1. it never mixes with what is there already; 2. one loads at a time; 3. what a killed
// process left unfinished can be loaded again: the same files and definitions change nothing that is there.
import { AppError, inLanguage, say } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import { type Ingest, receiveEvents } from '../ingest/index.ts';
import { createSource, listSources } from '../sources/index.ts';
import { applyExample, loadShop } from './load-shop.ts';
import { DEMO_SHOP, type ShopSize } from './shop.ts';
import {
  type ExampleState,
  hasData,
  hasRuns,
  isBeingLoaded,
  releaseLoadingLock,
  saveExampleState,
  selectExampleState,
  tryLoadingLock,
} from './store-example.ts';
import { pastOrders, type ShopEvent, shopStream } from './stream.ts';

const DAY_MS = 86_400_000;
const BATCH_EVENTS = 500;
/** How often it is written down how far the reading of a file is. */
const TELL_MS = 500;
/** The definitions, four files, and what the web site tells. */
const STEPS = 6;
const SOURCES_MAX = 1_000;

export type ExampleShop = {
  /** `absent` when it could be loaded, `refused` when there are other data; `begun` once a campaign was run. */
  state(): Promise<(ExampleState & { readonly begun: boolean }) | { readonly state: 'absent' | 'refused' }>;
  /** Begins to load it. @throws AppError `conflict` when it is loaded or being loaded, or when there are other data. */
  load(size?: ShopSize): Promise<void>;
  /** Resolves when nothing is being loaded any more; what has begun stops at the next file. */
  stop(): Promise<void>;
};

export function createExampleShop(ctx: Context, ingest: Ingest): ExampleShop {
  const stopping = new AbortController();
  let loading: Promise<void> | undefined;

  async function state(): ReturnType<ExampleShop['state']> {
    const saved = await selectExampleState(ctx.db);
    if (!saved) return { state: (await hasData(ctx.db)) ? 'refused' : 'absent' };
    const begun = await hasRuns(ctx.db);
    if (saved.state !== 'loading' || (await isBeingLoaded(ctx.db))) return { ...saved, begun };
    return { ...saved, begun, state: 'failed', error: inLanguage(say('The server stopped meanwhile.')) };
  }

  return {
    state,
    async load(size = DEMO_SHOP) {
      const { state: now } = await state();
      if (now === 'refused')
        throw new AppError('conflict', say('There are data already. The example shop wants an empty server.'));
      if (now === 'loaded') throw new AppError('conflict', say('The example shop is loaded already.'));
      await new Promise<void>((begun, refused) => {
        loading = ctx.db.session(async (session) => {
          if (!(await tryLoadingLock(session)))
            return refused(new AppError('conflict', say('The example shop is being loaded.')));
          try {
            const tell = teller(ctx);
            await tell({ doing: 'definitions', step: 0 });
            begun();
            await fill(ctx, { ingest, size, tell, signal: stopping.signal });
          } finally {
            await releaseLoadingLock(session);
          }
        });
        loading.catch(refused);
      });
    },
    async stop() {
      stopping.abort();
      await loading?.catch(() => undefined);
    },
  };
}

type Tell = (change: Partial<ExampleState>) => Promise<void>;

function teller(ctx: Context): Tell {
  let now: ExampleState = { state: 'loading', doing: '', step: 0, steps: STEPS, rows: 0, error: null };
  return async (change) => {
    now = { ...now, ...change };
    await saveExampleState(ctx.db, now);
  };
}

type Filling = {
  readonly ingest: Ingest;
  readonly size: ShopSize;
  readonly tell: Tell;
  readonly signal: AbortSignal;
};

async function fill(ctx: Context, { ingest, size, tell, signal }: Filling): Promise<void> {
  try {
    await applyExample(ctx);
    let step = 1;
    let toldAt = 0;
    const onRows = (file: string, rows: number) => {
      if (ctx.clock.now() - toldAt < TELL_MS) return;
      toldAt = ctx.clock.now();
      void tell({ doing: file, step, rows }).catch(() => undefined);
    };
    for await (const _ of loadShop(ctx, size, onRows)) {
      step += 1;
      if (signal.aborted) throw new AppError('unavailable', say('The server stopped meanwhile.'));
    }
    await tell({ doing: 'events', step, rows: 0 });
    await tellToday(ctx, ingest, size);
    await tell({ state: 'loaded', doing: '', step: STEPS, rows: 0 });
  } catch (error) {
    ctx.log.error({ err: error }, 'The example shop could not be loaded.');
    await tell({ state: 'failed', error: error instanceof Error ? error.message : String(error) });
  }
}

/** What the shop's web site told until now: the season's orders of its members, and one day of visits, which journeys live on. */
async function tellToday(ctx: Context, ingest: Ingest, size: ShopSize): Promise<void> {
  const now = ctx.clock.now();
  const source = 'example shop';
  const known = (await listSources(ctx, { limit: SOURCES_MAX })).some(
    ({ name, revoked_at }) => name === source && revoked_at === null,
  );
  if (!known) await createSource(ctx, { name: source, kind: 'write_key' });
  const send = async (events: readonly ShopEvent[], inlet: 'event' | 'import') => {
    for (let from = 0; from < events.length; from += BATCH_EVENTS) {
      const raws = events.slice(from, from + BATCH_EVENTS).map(({ body }) => body);
      await receiveEvents(ctx, ingest, { raws, inlet, source });
    }
  };
  await send([...pastOrders(now - DAY_MS, size)], 'import');
  await send(
    shopStream(now - DAY_MS, 1).filter(({ at }) => at <= now),
    'event',
  );
}
