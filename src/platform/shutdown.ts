import type { Logger } from './log.ts';

/** One Ctrl-C can arrive twice: from the terminal and passed on by npm. */
const ECHO_MS = 500;

/**
 * Resolves with the first SIGTERM or SIGINT, or when the process that this one works for is gone. A second one ends the process at once: somebody is in a hurry, and nothing is
 * lost by it, as whatever was committed is committed and the rest is taken up at the next start.
 */
export function untilTold(log: Logger): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let toldAt: number | undefined;
    const onSignal = (signal: NodeJS.Signals) => {
      if (toldAt !== undefined) {
        if (performance.now() - toldAt < ECHO_MS) return;
        log.warn({ signal }, 'stopping at once');
        log.flush();
        process.exit(1);
      }
      toldAt = performance.now();
      resolve(signal);
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
    process.once('disconnect', () => onSignal('SIGTERM'));
  });
}

/** Ends the process with an error that leaves nothing to go on with; whoever supervises it starts it again. */
export function endWith(log: Logger): (error: Error) => void {
  return (error) => {
    process.stderr.write(`${error.message}\n`);
    log.flush();
    process.exit(1);
  };
}

/** A mistake in the program that nobody caught: its state is not to be trusted any more, so log it and end. */
export function exitOnUncaught(log: Logger): void {
  const onUncaught = (error: unknown) => {
    log.fatal({ err: error }, 'an error was not caught');
    log.flush();
    process.exit(1);
  };
  process.on('uncaughtException', onUncaught);
  process.on('unhandledRejection', onUncaught);
}
