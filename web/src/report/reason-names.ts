import { useLingui } from '@lingui/react';
import { capital } from '../i18n/capital.ts';
import { wordFor } from '../i18n/words.ts';

/** Why somebody got no message, in words; a reason that a provider made up stays as it is. */
export function useReasonNames(): (reason: string) => string {
  useLingui();
  return (reason) => capital(wordFor('reasons', reason) ?? reason.replaceAll('_', ' '));
}
