import pino from 'pino';

/** A JSON line per entry on standard error, so that standard output stays for data. */
export type Logger = pino.Logger;

export function createLogger(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ dest: 2, sync: false }),
  );
}

/** For tests and one-shot commands that have nothing to tell. */
export const silentLogger: Logger = pino({ level: 'silent' });
