import type { Command } from 'commander';

export function addStartCommand(program: Command, start: () => Promise<void>): void {
  program
    .command('start')
    .description('Start the server: every role that CARILLON_ROLES names, on HOST and PORT, until it is told to stop')
    .action(start);
}
