// Owns: which message goes over which connection, how many connections there are, and what becomes of messages without one.
// Does not own: what is said on a connection (session), how often a message is tried again (delivery).
// Invariants:
// P1 Every send resolves exactly once, whatever the server does.
// P2 Never more than `connectionsMax` connections, never more than `perDomainMax` messages on their way to one domain.
// P3 A message is handed to a second connection by itself only if no byte of its content was sent on the first.
import { ConnectionRefused, type OpenedConnection, openConnection } from './handshake.ts';
import { createQueue, type Queue } from './queue.ts';
import {
  createSession,
  destroySession,
  isEnding,
  isIdle,
  type Job,
  quitSession,
  type Session,
  type SessionOwner,
  wakeSession,
} from './session.ts';
import type { SmtpSettings } from './settings.ts';

/** Told about what the operator may want to know; messages name no recipient. */
export type SmtpDeps = { readonly log: { warn(fields: object, message: string): void } };

/** The connections to one server and the messages that wait for them. */
export type Pool = {
  readonly settings: SmtpSettings;
  readonly deps: SmtpDeps;
  readonly owner: SessionOwner;
  readonly queue: Queue;
  readonly sessions: Set<Session>;
  opening: number;
  /** Times in a row that the server could not be reached or broke off before its first answer. */
  failures: number;
  /** While set, nothing connects. */
  backoff: NodeJS.Timeout | undefined;
  dispatching: boolean;
  closing: boolean;
  /** Ends the attempts to connect when the channel closes. */
  readonly stopOpening: AbortController;
  watch: NodeJS.Timeout | undefined;
  onDrained: (() => void) | undefined;
};

/** How often a message is moved to another connection before delivery is told to try again later. */
const RETURNS_MAX = 5;
/** Connecting costs a server more than a message does: another connection must be worth it. */
const MESSAGES_PER_NEW_CONNECTION = 4;
/** How long closing waits for answers that are still to come. */
const CLOSE_GRACE_MS = 15_000;

export function createPool(settings: SmtpSettings, deps: SmtpDeps): Pool {
  const owner: SessionOwner = {
    next: () => pool.queue.take(),
    settle(job, result) {
      pool.failures = 0;
      // A message of the same domain may go now, over any connection.
      if (pool.queue.release(job)) schedule(pool);
      job.resolve(result);
    },
    closed(session, why, untried) {
      pool.sessions.delete(session);
      const worked = session.answered > 0;
      if (untried) giveBack(pool, { job: untried, worked, why });
      // A connection that breaks before its first answer is as good as none.
      if (untried && !worked) refuseAll(pool, 'connection_lost', why);
      schedule(pool);
      checkDrained(pool);
    },
  };
  const pool: Pool = {
    settings,
    deps,
    owner,
    queue: createQueue(settings.perDomainMax),
    sessions: new Set(),
    opening: 0,
    failures: 0,
    backoff: undefined,
    dispatching: false,
    closing: false,
    stopOpening: new AbortController(),
    watch: undefined,
    onDrained: undefined,
  };
  return pool;
}

export function addJob(pool: Pool, job: Job): void {
  pool.queue.put(job);
  schedule(pool);
}

/** Settles what waits as not taken, lets what is on its way end, and says goodbye to the server. */
export async function closePool(pool: Pool): Promise<void> {
  pool.closing = true;
  clearTimeout(pool.backoff);
  for (const job of pool.queue.drain()) {
    const detail = 'The channel is closing.';
    job.resolve({ kind: 'retry', reason: 'channel_closed', detail, providerDown: false });
  }
  const drained = new Promise<void>((resolve) => {
    pool.onDrained = resolve;
  });
  pool.stopOpening.abort();
  for (const session of pool.sessions) quitSession(session);
  const grace = setTimeout(() => {
    for (const session of pool.sessions) destroySession(session, 'The channel was closed before the answer came.');
  }, CLOSE_GRACE_MS);
  checkDrained(pool);
  await drained;
  clearTimeout(grace);
  clearInterval(pool.watch);
}

/** The operator's words for a connection that could not be had. */
export function refusalOf(error: unknown): { readonly reason: string; readonly message: string } {
  if (error instanceof ConnectionRefused) return { reason: error.reason, message: error.message };
  return { reason: 'unreachable', message: error instanceof Error ? error.message : String(error) };
}

function giveBack(pool: Pool, { job, worked, why }: { job: Job; worked: boolean; why: string }): void {
  pool.queue.release(job);
  job.returns += 1;
  if (worked && job.returns <= RETURNS_MAX && !pool.closing) pool.queue.putFirst(job);
  else job.resolve({ kind: 'retry', reason: 'connection_lost', detail: why, providerDown: true });
}

/** Nobody can be reached: what waits goes back to delivery, and the next attempt to connect waits a little longer each time. */
function refuseAll(pool: Pool, reason: string, why: string): void {
  const { settings, deps } = pool;
  const { host, port } = settings.server;
  pool.failures += 1;
  deps.log.warn({ host, port, reason, why, failures: pool.failures }, 'the SMTP server cannot be used');
  if (!pool.closing && !pool.backoff) {
    const waitMs = Math.min(settings.backoffMaxMs, settings.backoffMinMs * 2 ** Math.min(pool.failures - 1, 16));
    pool.backoff = setTimeout(() => {
      pool.backoff = undefined;
      schedule(pool);
    }, waitMs);
  }
  if (pool.sessions.size > 0) return;
  for (const job of pool.queue.drain()) job.resolve({ kind: 'retry', reason, detail: why, providerDown: true });
}

/** Messages that are handed over in the same turn are distributed together. */
function schedule(pool: Pool): void {
  if (pool.dispatching) return;
  pool.dispatching = true;
  queueMicrotask(() => {
    pool.dispatching = false;
    dispatch(pool);
  });
}

function dispatch(pool: Pool): void {
  const { queue, sessions, settings } = pool;
  for (const session of sessions) {
    if (queue.ready() === 0) return;
    if (isIdle(session) && !isEnding(session)) wakeSession(session);
  }
  if (pool.backoff || pool.closing) return;
  // The first connection proves the server before the others are tried.
  const wanted = sessions.size === 0 ? 1 : Math.ceil(queue.ready() / MESSAGES_PER_NEW_CONNECTION);
  while (queue.ready() > 0 && pool.opening < wanted && sessions.size + pool.opening < settings.connectionsMax) {
    pool.opening += 1;
    void openConnection(settings, pool.stopOpening.signal).then(
      (opened) => adopt(pool, opened),
      (error: unknown) => {
        pool.opening -= 1;
        if (pool.closing) {
          checkDrained(pool);
          return;
        }
        const { reason, message } = refusalOf(error);
        refuseAll(pool, reason, message);
      },
    );
  }
}

function adopt(pool: Pool, opened: OpenedConnection): void {
  const { settings } = pool;
  pool.opening -= 1;
  if (pool.closing) {
    opened.socket.destroy();
    checkDrained(pool);
    return;
  }
  const limits = { timeouts: settings.timeouts, messagesMax: settings.messagesPerConnectionMax };
  const session = createSession(opened, pool.owner, limits);
  pool.sessions.add(session);
  pool.watch ??= startWatch(pool);
  wakeSession(session);
  schedule(pool);
}

/** One timer looks after all connections: late servers, and connections that nobody needs. */
function startWatch(pool: Pool): NodeJS.Timeout {
  const { timeouts, idleMs } = pool.settings;
  const shortestMs = Math.min(timeouts.commandMs, timeouts.dataMs, timeouts.contentMs, idleMs);
  const look = () => {
    const now = performance.now();
    for (const session of pool.sessions) {
      if (now > session.deadline) destroySession(session, 'The server did not answer in time.');
      else if (isIdle(session) && now - session.idleSince > idleMs) quitSession(session);
    }
    if (pool.sessions.size > 0) return;
    clearInterval(pool.watch);
    pool.watch = undefined;
  };
  return setInterval(look, Math.max(10, Math.min(1_000, shortestMs / 4)));
}

function checkDrained(pool: Pool): void {
  if (pool.onDrained && pool.sessions.size === 0 && pool.opening === 0) pool.onDrained();
}
