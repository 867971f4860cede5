import { ZodError } from 'zod';
import type { Context } from '../../platform/context.ts';
import { isInForce, raiseEpoch } from '../live/index.ts';
import { lockDefinitions } from './store.ts';

/**
 * Puts the published rules in force as this version of Carillon compiles them: another may have remembered other things of people.
 * Answers whether anything was different; buckets are then brought up as after a publication. Rules that this version cannot read keep
 * the engine waiting, and whoever mends them needs a server that has started.
 */
export async function renewRules({ db, log }: Context): Promise<boolean> {
  return db
    .transaction(async (tx) => {
      await lockDefinitions(tx);
      if (await isInForce(tx)) return false;
      await raiseEpoch(tx);
      log.info('The rules in force were compiled by another version; they are brought up to this one.');
      return true;
    })
    .catch((error) => {
      if (!(error instanceof ZodError)) throw error;
      log.error(
        { err: error },
        'A published definition cannot be read by this version; the engine waits until it is mended.',
      );
      return false;
    });
}
