import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { Alert, Anchor, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { api, ask } from '../../api/client.ts';
import { unlessLive } from '../../api/live.ts';
import { Moment } from '../../kit/moment.tsx';
import { Page, Section } from '../../kit/page.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { Sheet } from '../../kit/sheet.tsx';
import { ImportAccount, type ImportCounts, Rejects } from './import-result.tsx';
import { ImportState, useTargetName } from './import-state.tsx';

const route = getRouteApi('/data/imports/$id');

/** One import: where it stands, what became of every line, and what was rejected. */
export function ImportRun() {
  const { t } = useLingui();
  const importId = Number(route.useParams().id);
  const targetName = useTargetName();
  const run = useQuery({
    queryKey: ['imports', importId],
    queryFn: () => ask(api.GET('/api/imports/{import_id}', { params: { path: { import_id: importId } } })),
    refetchInterval: unlessLive(2_000),
  });
  if (run.error) return <ProblemNote error={run.error} />;
  if (!run.data) return <Skeleton h={200} />;
  const { file_name: fileName, counts, state, error, target, created_at: begunAt } = run.data;
  const isOver = state === 'finished';
  return (
    <Page
      title={fileName}
      crumb={
        <Anchor component={Link} to="/data/imports" inherit>
          <Trans>Imports</Trans>
        </Anchor>
      }
      badge={<ImportState run={run.data} />}
      lead={
        <>
          <Trans>into {targetName(target)}</Trans> · <Moment at={begunAt} />
        </>
      }
    >
      {error !== null && (
        <Alert color="red" variant="light" title={<Trans>It failed, and nothing was changed</Trans>}>
          {error}
        </Alert>
      )}
      <Sheet title={t`Every line`}>
        {isOver ? (
          <ImportAccount counts={counts as ImportCounts} />
        ) : (
          <Text c="dimmed">
            {counts.read === undefined ? (
              <Trans>The lines are being read.</Trans>
            ) : (
              <Plural value={counts.read} one="# line is read." other="# lines are read." />
            )}
          </Text>
        )}
      </Sheet>
      {isOver && (counts.rejected ?? 0) > 0 && (
        <Section title={t`Rejected`}>
          <Rejects importId={importId} />
        </Section>
      )}
    </Page>
  );
}
