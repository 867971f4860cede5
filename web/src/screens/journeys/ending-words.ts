import { useLingui } from '@lingui/react';
import { wordFor } from '../../i18n/words.ts';

/** Why somebody left, in a few words; `exits` are those of the definition, in the words of the server. */
export function useEndingWords(exits: readonly string[]): (reason: string) => string {
  useLingui();
  return (reason) => {
    const exit = reason.startsWith('exit:') ? exits[Number(reason.slice(5))] : undefined;
    return exit ?? wordFor('endings', reason === '' ? 'finished' : reason) ?? reason;
  };
}
