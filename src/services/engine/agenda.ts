import type { Instant } from '../../core/kernel/index.ts';
import type { Database } from '../../platform/sql/index.ts';
import { BUCKETS_PER_TURN, isDue, oldestFirst } from './process-buckets.ts';
import { findWork, type Work } from './store-turn.ts';

/** The time that turns go by; `isPast`: the clock was put back, and until the timers of the time before have gone off it is that. */
export type Reading = { readonly now: Instant; readonly isPast: boolean };

/** What is to be done, and by which turns of this process it is being done. */
export type Agenda = {
  /** Something may have come that the last look did not see. */
  outdate(): void;
  /** Items have come into these buckets; nothing else has to be looked for. */
  expect(buckets: Iterable<number>, now: Instant): void;
  /**
   * Buckets for one turn, oldest work first; none when nothing is due. They are this turn's until `done`. By a time that is past only
   * buckets with a due timer.
   */
  next(reading: Reading): Promise<readonly Work[]>;
  /**
   * The turn over these buckets is over; some of them may have more, and a timer may have been set: neither needs a new look. A turn that
   * failed leaves nothing known.
   */
  done(
    work: readonly Work[],
    left?: { readonly unfinished: readonly number[]; readonly nextWake: Instant | undefined },
  ): void;
  /** The earliest timer that is known and was not due. */
  readonly nextWake: Instant | undefined;
};

/** So few buckets are not worth two turns. */
const TOGETHER_MAX = 8;
/** While there is work from the last look, the next look is no sooner than this: each costs a probe of every bucket. */
const LOOK_AGAIN_MS = 25;
/** What arrives by other processes is not told here, so that a look holds no longer than this. */
const LOOK_KEPT_MS = 100;
/** Nor does a look take more than this share of the time: it goes over what was taken since the last vacuum. */
const LOOK_SHARE = 0.04;
/**
 * Buckets that lag behind the rules are brought up some at a time: every time the events of all of them are looked through by name, and
 * meanwhile those that are being brought up are held.
 */
const LAGGING_MAX = 32;

export function createAgenda(db: Database, turns: number): Agenda {
  let ready: Work[] = [];
  let outdated = true;
  let lookedAt = 0;
  let lookTook = 0;
  let nextWake: Instant | undefined;
  const busy = new Set<number>();
  /** Buckets into which something came while a turn was over them. */
  const again = new Map<number, Work>();

  async function look(now: Instant): Promise<void> {
    outdated = false;
    lookedAt = performance.now();
    ready = [];
    nextWake = undefined;
    const work = await findWork(db);
    lookTook = performance.now() - lookedAt;
    // What was told meanwhile may be too new for the look.
    const [told, set] = [ready, nextWake];
    const later = work.flatMap(({ wakeAt }) => (wakeAt && wakeAt.getTime() > now ? [wakeAt.getTime()] : []));
    nextWake = earlier(set, later.length > 0 ? Math.min(...later) : undefined);
    ready = oldestFirst(work.filter((one) => isDue(one, now) && !busy.has(one.bucket)));
    const seen = new Set(ready.map(({ bucket }) => bucket));
    ready.push(...told.filter(({ bucket }) => !seen.has(bucket)));
  }

  function mustLook({ now, isPast }: Reading): boolean {
    const age = performance.now() - lookedAt;
    if (outdated || isPast) return ready.length === 0 || age >= LOOK_AGAIN_MS;
    return age >= Math.max(LOOK_KEPT_MS, lookTook / LOOK_SHARE) || (nextWake !== undefined && nextWake <= now);
  }

  return {
    outdate: () => {
      outdated = true;
    },
    expect(buckets, now) {
      const known = new Set(ready.map(({ bucket }) => bucket));
      for (const bucket of buckets) {
        if (known.has(bucket)) continue;
        const work: Work = { bucket, itemAt: new Date(now), wakeAt: null, lags: false };
        if (busy.has(bucket)) again.set(bucket, work);
        else ready.push(work);
      }
    },
    async next({ now, isPast }) {
      if (mustLook({ now, isPast })) await look(now);
      const open = isPast ? ready.filter(({ wakeAt }) => wakeAt !== null && wakeAt.getTime() <= now) : ready;
      const count =
        open.length <= TOGETHER_MAX ? open.length : Math.min(BUCKETS_PER_TURN, Math.ceil(open.length / turns));
      const lagging = open.filter(({ lags }) => lags);
      const chosen = lagging.length > 0 ? lagging.slice(0, LAGGING_MAX) : open.slice(0, count);
      const taken = new Set(chosen);
      ready = ready.filter((one) => !taken.has(one));
      for (const { bucket } of chosen) busy.add(bucket);
      return chosen;
    },
    done(work, left) {
      if (!left) outdated = true;
      nextWake = earlier(nextWake, left?.nextWake);
      const more = new Set(left?.unfinished);
      for (const one of work) {
        busy.delete(one.bucket);
        const come = again.get(one.bucket);
        again.delete(one.bucket);
        if (more.has(one.bucket)) ready.push({ ...one, lags: false });
        else if (come) ready.push(come);
      }
    },
    get nextWake() {
      return nextWake;
    },
  };
}

function earlier(a: Instant | undefined, b: Instant | undefined): Instant | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}
