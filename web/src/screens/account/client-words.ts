import { useLingui } from '@lingui/react/macro';

type Client = { readonly browser: string | null; readonly system: string | null };

/** A browser and its system in words. */
export function useClientWords(): (client: Client) => string {
  const { t } = useLingui();
  return ({ browser, system }) => {
    if (browser !== null && system !== null) return t`${browser} on ${system}`;
    return browser ?? system ?? t`Unknown browser`;
  };
}
