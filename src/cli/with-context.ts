import type { Context } from '../platform/context.ts';

/** Runs a command's work with an open context, and closes it afterwards however the work ends. */
export type WithContext = <T>(work: (ctx: Context) => Promise<T>) => Promise<T>;
