import { Trans, useLingui } from '@lingui/react/macro';
import { Autocomplete, Button, Group, NumberInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import { useMay } from '../api/session.ts';

export const GOAL_DAYS = 7;
const GOAL_DAYS_MAX = 366;

/** What a comparison counts besides reactions: an event, and within how many days it must happen. */
export type Goal = { readonly event: string; readonly days: number };

/** Which goal is counted; it is asked of the whole history of the event, so only when somebody says so. */
export function GoalPicker(props: {
  readonly goal: Goal | undefined;
  readonly onChange: (goal: Goal | undefined) => void;
}) {
  const { t } = useLingui();
  const [event, setEvent] = useState(props.goal?.event ?? '');
  const [days, setDays] = useState(props.goal?.days ?? GOAL_DAYS);
  const names = useQuery({
    queryKey: ['event names'],
    queryFn: () => ask(api.GET('/api/event-names')),
    enabled: useMay('profiles:read'),
  });
  return (
    <form
      onSubmit={(submitted) => {
        submitted.preventDefault();
        props.onChange(event.trim() === '' ? undefined : { event: event.trim(), days });
      }}
    >
      <Group gap="xs" align="flex-end">
        <Autocomplete
          size="xs"
          w={200}
          label={t`Goal: an event`}
          data={names.data?.items ?? []}
          value={event}
          onChange={setEvent}
          maxLength={200}
          limit={20}
        />
        <NumberInput
          size="xs"
          w={110}
          label={t`Within days`}
          min={1}
          max={GOAL_DAYS_MAX}
          allowDecimal={false}
          value={days}
          onChange={(value) => setDays(Math.min(GOAL_DAYS_MAX, Math.max(1, Number(value) || GOAL_DAYS)))}
        />
        <Button size="xs" variant="default" type="submit">
          <Trans>Count</Trans>
        </Button>
        {props.goal && (
          <Button
            size="xs"
            variant="subtle"
            onClick={() => {
              setEvent('');
              props.onChange(undefined);
            }}
          >
            <Trans>Without a goal</Trans>
          </Button>
        )}
      </Group>
    </form>
  );
}
