import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import { addPasskey } from '../../api/passkeys.ts';

export const ownPasskeysQuery = {
  queryKey: ['account', 'passkeys'],
  queryFn: () => ask(api.GET('/api/account/passkeys')),
};
export type OwnPasskey = Awaited<ReturnType<typeof ownPasskeysQuery.queryFn>>[number];

/** Has the device make a passkey under a name. */
export function useAddPasskey(onAdded: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: addPasskey,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ownPasskeysQuery.queryKey });
      onAdded();
    },
  });
}
