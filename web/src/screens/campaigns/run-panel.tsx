import { Trans, useLingui } from '@lingui/react/macro';
import { Stack, Text, Title } from '@mantine/core';
import type { RunView } from './queries.ts';
import { RunLog } from './run-log.tsx';
import { useStateNames } from './states.tsx';

/** What happened in a run from its beginning, activity by activity and to the run itself. */
export function RunPanel({ run }: { readonly run: RunView }) {
  const { t } = useLingui();
  const states = useStateNames();
  return (
    <Stack gap="lg">
      <div>
        <Title order={2}>
          <Trans>Log of the run</Trans>
        </Title>
        <Text size="sm" c="dimmed">
          {[run.mode === 'test' ? t`Test run ${run.run_id}` : t`Run ${run.run_id}`, states[run.state]].join(' · ')}
        </Text>
      </div>
      <RunLog campaignKey={run.campaign_key} runId={run.run_id} />
    </Stack>
  );
}
