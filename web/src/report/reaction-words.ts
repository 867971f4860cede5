import { useLingui } from '@lingui/react/macro';

/** What was done with one message; of several it is said in the plural. */
export function useReactionWords() {
  const { t } = useLingui();
  return {
    opened: t({ message: 'opened', context: 'one message' }),
    clicked: t({ message: 'clicked', context: 'one message' }),
    unsubscribed: t({ message: 'unsubscribed', context: 'one message' }),
    complained: t({ message: 'complained', context: 'one message' }),
  };
}
