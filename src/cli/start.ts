import type { Command } from 'commander';
import type { Clock } from '../platform/clock.ts';
import type { Context } from '../platform/context.ts';

/**
 * Runs the server until it is told to stop. `whenReady` is called once it answers (with its URL when it has the api role) and says
 * whether to stay up. `clock` is what the process goes by, the system's unless told otherwise.
 */
export type StartServer = (whenReady?: WhenReady, clock?: Clock) => Promise<void>;
export type WhenReady = (ctx: Context, url: string | undefined) => Promise<'stay' | 'stop'>;

export function addStartCommand(program: Command, start: StartServer): void {
  program
    .command('start')
    .description('Start the server: every role that CARILLON_ROLES names, on HOST and PORT, until it is told to stop')
    .action(() => start());
}
