import { AppError } from '../../core/kernel/index.ts';

const PASSING = /^(08|40|53|57P)/;

/** Errors that say nothing about what was asked: the connection or the server went away, or two transactions collided. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof AppError) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return (
    PASSING.test(code) ||
    /^E(CONN|PIPE|NOTFOUND|HOSTUNREACH)/.test(code) ||
    /Connection terminated|not queryable/.test(error.message)
  );
}
