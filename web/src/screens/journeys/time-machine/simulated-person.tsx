import { useLingui } from '@lingui/react/macro';
import { CloseButton, Group, Stack, Text, Title } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Simulated } from '../../../api/simulation.ts';
import classes from '../journey.module.css';
import { Passages } from '../person-trace.tsx';

const route = getRouteApi('/journeys/$key');

/** Everything that would have happened to one person, until the moment that is shown. */
export function SimulatedPerson(props: {
  readonly journey: string;
  readonly follow: string;
  readonly trace: Simulated['trace'];
}) {
  const { t } = useLingui();
  const navigate = route.useNavigate();
  const { journey, follow, trace } = props;
  return (
    <aside className={classes.panel} aria-label={t`What would have happened to one person`}>
      <Stack p="lg" gap="md">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <div>
            <Title order={2} c="violet">{t`Would have happened`}</Title>
            <Link to="/people/$namespace/$value" params={{ namespace: 'id', value: follow }}>
              {`#${follow}`}
            </Link>
          </div>
          <CloseButton
            aria-label={t`Follow nobody`}
            onClick={() => void navigate({ search: (old) => ({ ...old, person: undefined }), replace: true })}
          />
        </Group>
        {trace.length === 0 && <Text c="dimmed">{t`Nothing until this moment.`}</Text>}
        <Passages
          passages={trace.map(({ at, kind, text, node, what }, index) => ({
            id: `${index}`,
            at,
            node,
            tone: kind === 'step' ? (what ?? 'entered') : kind,
            words: text.startsWith(`${journey}: `) ? text.slice(journey.length + 2) : text,
          }))}
        />
      </Stack>
    </aside>
  );
}
