import type { Job } from './session.ts';

/** Messages that wait for a connection: urgent ones, then first come first served, as far as the limit per domain lets them. */
export type Queue = {
  put(job: Job): void;
  /** In front of all others: it had its turn before. */
  putFirst(job: Job): void;
  /** The next message that may go now; it counts for its domain until released. */
  take(): Job | undefined;
  /** True when that lets another message of its domain go. */
  release(job: Job): boolean;
  /** How many could be taken now, at most (some may turn out to be held back for their domain). */
  ready(): number;
  /** Takes out everything that waits. */
  drain(): Job[];
};

type Domain = { active: number; waiting: Job[] };

export function createQueue(perDomainMax: number | undefined): Queue {
  let line: Job[] = [];
  let head = 0;
  /** Messages whose turn comes before the line: given back, or freed by their domain. */
  let first: Job[] = [];
  let urgent: Job[] = [];
  const domains = new Map<string, Domain>();

  function nextInLine(): Job | undefined {
    const early = urgent.shift() ?? first.pop();
    if (early) return early;
    const job = line[head];
    if (!job) return undefined;
    head += 1;
    if (head === line.length) {
      line = [];
      head = 0;
    } else if (head > 1_024 && head * 2 > line.length) {
      line = line.slice(head);
      head = 0;
    }
    return job;
  }

  return {
    put: (job) => {
      if (job.email.urgent) urgent.push(job);
      else line.push(job);
    },
    putFirst: (job) => {
      first.push(job);
    },
    take() {
      for (;;) {
        const job = nextInLine();
        if (!job || perDomainMax === undefined) return job;
        const domain = domains.get(job.domain) ?? { active: 0, waiting: [] };
        domains.set(job.domain, domain);
        if (domain.active < perDomainMax) {
          domain.active += 1;
          return job;
        }
        if (job.email.urgent) domain.waiting.splice(countUrgent(domain.waiting), 0, job);
        else domain.waiting.push(job);
      }
    },
    release(job) {
      const domain = domains.get(job.domain);
      if (!domain) return false;
      domain.active -= 1;
      const waiting = domain.waiting.shift();
      if (waiting?.email.urgent) urgent.push(waiting);
      else if (waiting) first.push(waiting);
      else if (domain.active === 0) domains.delete(job.domain);
      return waiting !== undefined;
    },
    ready: () => urgent.length + first.length + line.length - head,
    drain() {
      const all = [
        ...urgent,
        ...first,
        ...line.slice(head),
        ...[...domains.values()].flatMap((domain) => domain.waiting),
      ];
      for (const domain of domains.values()) domain.waiting = [];
      urgent = [];
      first = [];
      line = [];
      head = 0;
      return all;
    },
  };
}

/** How many urgent ones stand in front. */
function countUrgent(jobs: readonly Job[]): number {
  const others = jobs.findIndex((job) => !job.email.urgent);
  return others < 0 ? jobs.length : others;
}
