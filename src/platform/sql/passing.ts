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

/** PostgreSQL's classes of errors that a row causes, not the state of the server: 22 and 23 are of data and constraints, 54 of limits. */
export function isOfData(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(22|23|54)\w{3}$/.test(String(error.code));
}
