import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, SegmentedControl, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { Download, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { api, ask } from '../../api/client.ts';
import { useFormat } from '../../i18n/format.ts';
import { PARTS, type Part, usePartNames } from '../../kit/account-bar.tsx';
import { useKeyedList } from '../../kit/keyed-list.tsx';
import { accountOf } from '../../report/accounts.ts';
import { useReasonNames } from '../../report/reason-names.ts';
import { RecipientRows } from '../../report/recipient-rows.tsx';
import type { RunSend } from '../campaigns/queries.ts';

const route = getRouteApi('/reports/$key/$run');
const PAGE = 50;
const ALL = 'all';

/** Everyone the email was for, by state and reason, which the address keeps; and all of them as a file. */
export function Everyone({ send }: { readonly send: RunSend }) {
  const { t } = useLingui();
  const format = useFormat();
  const names = usePartNames();
  const reasonName = useReasonNames();
  const { state, reason } = route.useSearch();
  const navigate = route.useNavigate();
  const place = useRef<HTMLElement>(null);
  const account = accountOf(send);
  // Whoever followed a count wants to see its people.
  useEffect(() => {
    if (state !== undefined) place.current?.scrollIntoView({ block: 'start' });
  }, [state]);
  const filter = { ...(state === undefined ? {} : { state }), ...(reason === undefined ? {} : { reason }) };
  const list = useKeyedList({
    queryKey: ['sends', send.send_id, 'recipients', state, reason],
    load: (after) =>
      ask(
        api.GET('/api/sends/{send_id}/recipients', {
          params: {
            path: { send_id: send.send_id },
            query: { limit: PAGE, ...filter, ...(after ? { after } : {}) },
          },
        }),
      ),
  });
  const file = `/api/sends/${send.send_id}/recipients/export?${new URLSearchParams({ format: 'csv', ...filter })}`;
  const show = (change: { readonly state?: Part; readonly reason?: string }) =>
    void navigate({
      search: ({ state: _state, reason: _reason, ...old }) => ({ ...old, send: send.send_id, ...change }),
      replace: true,
      resetScroll: false,
    });
  return (
    <section ref={place} id="everyone" aria-label={t`Everyone`}>
      <Group justify="space-between" mb="sm">
        <Group gap="md">
          <Text component="h2" fw={600} size="lg">
            <Trans>Everyone</Trans>
          </Text>
          <SegmentedControl
            size="xs"
            aria-label={t`State`}
            value={state ?? ALL}
            onChange={(value) => show(value === ALL ? {} : { state: value as Part })}
            data={[
              { value: ALL, label: `${t`All`} ${format.number(account.targeted)}` },
              ...PARTS.filter((part) => account[part] > 0 || part === state).map((part) => ({
                value: part,
                label: `${names[part]} ${format.number(account[part])}`,
              })),
            ]}
          />
          {reason !== undefined && (
            <Button
              variant="light"
              color="gray"
              rightSection={<X size={12} aria-hidden />}
              title={t`Show every reason`}
              onClick={() => show(state === undefined ? {} : { state })}
            >
              {reasonName(reason)}
            </Button>
          )}
        </Group>
        <Button component="a" href={file} download variant="subtle" leftSection={<Download size={14} aria-hidden />}>
          CSV
        </Button>
      </Group>
      <RecipientRows list={list} empty={<Trans>Nobody is in this state.</Trans>} />
    </section>
  );
}
