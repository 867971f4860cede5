// Owns: the life of an engine: when it looks for work, how many turns run at once, its housekeeping, its end.
// Does not own: a turn.
// Invariants: 1. any number of engines run at once, in one process or many; 2. an engine that stops finishes its turns and loses nothing;
// 3. one that is killed or frozen loses its turns and nothing else; 4. a clock that jumps back makes nothing wait that was due before.
import type { Instant } from '../../core/kernel/index.ts';
import type { Context } from '../../platform/context.ts';
import type { SignalListener } from '../../platform/signals.ts';
import { runMerges } from '../identity/index.ts';
import { type Agenda, createAgenda, type Reading } from './agenda.ts';
import { keepHouse } from './keep-house.ts';
import { createTools, processBuckets, processChosen } from './process-buckets.ts';
import type { Work } from './store-turn.ts';

/** The next look after work is soon; with nothing to do looks become rarer. What arrives in this process is signalled. */
const POLL_MS = 50;
const POLL_IDLE_MS = 1_000;
/** Where events arrive in another process that this one cannot hear. */
const POLL_IDLE_ALONE_MS = 200;
const POLL_GROWTH = 1.3;
const POLL_AFTER_ERROR_MS = 1_000;
const MERGES_MS = 100;
const MERGES_IDLE_MS = 5_000;
const HOUSE_MS = 600_000;
/** Why a pause ends; given, so that no error is made up each time. */
const WOKEN = 'woken';
/** A clock that is put right by less than this only makes timers a little late. */
const JUMP_MS = 1_000;

export type Engine = {
  /** Looks for work now instead of at the next poll. */
  wake(): void;
  /** Takes no more work; resolves when the turns under way have ended. */
  stop(): Promise<void>;
};

export type EngineOptions = {
  /** How many turns run at the same time. */
  readonly turns?: number;
  /** How long the database waits for an engine that is silent in the middle of a turn before it gives the turn up. */
  readonly silenceMs?: number;
};

/** Processes buckets until told to stop. Any number of processes may do this at once. */
export function startEngine(ctx: Context, options: EngineOptions = {}): Engine {
  const turnsMax = options.turns ?? 2;
  const tools = createTools(ctx, { silenceMs: options.silenceMs });
  const agenda = createAgenda(ctx.db, turnsMax);
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  const time = createTime(ctx);
  const chores = createChores(ctx);
  let waker = new AbortController();
  let pollMs = POLL_MS;
  let troubled = false;

  const wake: SignalListener = (buckets) => {
    if (buckets) agenda.expect(buckets, ctx.clock.now());
    else agenda.outdate();
    waker.abort(WOKEN);
  };
  const deaf = ctx.signals.listen('inbox', wake);

  function trouble(error: unknown): void {
    if (!troubled) ctx.log.error({ err: error }, 'The engine cannot go on; trying again.');
    troubled = true;
    pollMs = POLL_AFTER_ERROR_MS;
  }

  /** Resolves to whether there may be more to do at once: buckets that somebody else holds are looked at again after a pause. */
  async function takeTurn(work: readonly Work[], { now, isPast }: Reading): Promise<boolean> {
    try {
      const outcome = await processChosen(tools, work, { now, timersOnly: isPast });
      agenda.done(work, outcome);
      troubled = false;
      pollMs = POLL_MS;
      return outcome.items + outcome.due + outcome.broughtUp > 0;
    } catch (error) {
      agenda.done(work);
      trouble(error);
      return false;
    }
  }

  function begin(work: readonly Work[], reading: Reading): void {
    const turn = takeTurn(work, reading).then((again) => {
      running.delete(turn);
      if (again) waker.abort(WOKEN);
    });
    running.add(turn);
  }

  async function look(): Promise<boolean> {
    await chores.attend(running.size > 0);
    if (running.size >= turnsMax) return false;
    const reading = time.read();
    const work = await agenda.next(reading);
    if (work.length > 0) begin(work, reading);
    else if (running.size === 0) return time.settle();
    return work.length > 0;
  }

  async function live(): Promise<void> {
    while (!stopping.signal.aborted) {
      waker = new AbortController();
      let begun = false;
      try {
        begun = await look();
      } catch (error) {
        trouble(error);
      }
      if (begun || stopping.signal.aborted) continue;
      await ctx.clock.sleepUntil(nextLook(agenda, ctx.clock.now(), pollMs), waker.signal);
      pollMs = Math.min(idleMs(ctx), pollMs * POLL_GROWTH);
    }
  }

  const life = live();
  return {
    wake: () => wake(),
    async stop() {
      deaf();
      stopping.abort();
      waker.abort();
      await life;
      await Promise.all(running);
      await chores.ended();
    },
  };
}

function idleMs({ config, signals }: Context): number {
  return config.roles.includes('api') || signals.hears() ? POLL_IDLE_MS : POLL_IDLE_ALONE_MS;
}

function nextLook({ nextWake }: Agenda, now: Instant, pollMs: number): Instant {
  return nextWake === undefined ? now + pollMs : Math.min(now + pollMs, Math.max(nextWake, now + 1));
}

/**
 * The time that turns go by. When the clock jumps back, the timers that were due by the time before go off first, as of that time; only
 * then does the new time count, and what has arrived is looked at.
 */
function createTime({ clock, log }: Context): { read(): Reading; settle(): boolean } {
  let last = Number.NEGATIVE_INFINITY;
  let before: Instant | undefined;
  return {
    read() {
      const now = clock.now();
      if (now < last - JUMP_MS) {
        log.warn({ byMs: last - now }, 'The clock was put back.');
        before = Math.max(before ?? last, last);
      }
      last = now;
      const isPast = before !== undefined && before > now;
      return { now: isPast && before !== undefined ? before : now, isPast };
    },
    /** Whether the time before was in force until now. */
    settle() {
      const wasPast = before !== undefined;
      before = undefined;
      return wasPast;
    },
  };
}

/** What is done beside turns: merges of people, partitions. One at a time, and never in the way of a turn. */
function createChores(ctx: Context): { attend(busy: boolean): Promise<void>; ended(): Promise<void> } {
  let houseAt = Number.NEGATIVE_INFINITY;
  let mergesAt = Number.NEGATIVE_INFINITY;
  let merging: Promise<void> = Promise.resolve();
  let isMerging = false;
  return {
    async attend(busy) {
      const at = performance.now();
      if (at - houseAt >= HOUSE_MS) {
        await keepHouse(ctx, ctx.clock.now());
        houseAt = at;
      }
      if (isMerging || at - mergesAt < (busy ? MERGES_MS : MERGES_IDLE_MS)) return;
      isMerging = true;
      mergesAt = at;
      merging = runMerges(ctx)
        .then((done) => {
          if (done > 0) ctx.signals.raise('inbox');
        })
        .catch((error) => ctx.log.error({ err: error }, 'People could not be merged; trying again.'))
        .finally(() => {
          isMerging = false;
        });
    },
    ended: () => merging,
  };
}

/** Turns and merges until nothing is due now; for tests, and for those who want to see what follows from what they put in. */
export async function drain(ctx: Context): Promise<void> {
  for (;;) {
    const { idle } = await processBuckets(ctx);
    if (idle && (await runMerges(ctx)) === 0) return;
  }
}
