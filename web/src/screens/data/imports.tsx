import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { api, ask } from '../../api/client.ts';
import { useFormat } from '../../i18n/format.ts';
import { KeyedTable, useKeyedList } from '../../kit/keyed-list.tsx';
import { Moment } from '../../kit/moment.tsx';
import { DataPage } from './data-page.tsx';
import { ImportState, useTargetName } from './import-state.tsx';

/** Every file that was read, the newest first. */
export function Imports() {
  const { t } = useLingui();
  const format = useFormat();
  const targetName = useTargetName();
  const list = useKeyedList({
    queryKey: ['imports', 'list'],
    load: (after) => ask(api.GET('/api/imports', { params: { query: { limit: 30, ...(after ? { after } : {}) } } })),
    refreshMs: 3_000,
  });
  const figure = (value: number | undefined) => (value === undefined ? '' : format.number(value));
  return (
    <DataPage title={t`Imports`} lead={<Trans>Files that were read, with what became of each line.</Trans>}>
      <KeyedTable
        label={t`Imports`}
        list={list}
        keyOf={(run) => run.import_id}
        columns={[
          {
            title: t`File`,
            cell: (run) => (
              <Anchor
                component={Link}
                to={`/data/imports/${run.import_id}`}
                fw={500}
                style={{ overflowWrap: 'anywhere' }}
              >
                {run.file_name}
              </Anchor>
            ),
          },
          { title: t`Into`, cell: (run) => targetName(run.target) },
          { title: t`State`, cell: (run) => <ImportState run={run} /> },
          { title: t`Read`, numeric: true, cell: (run) => figure(run.counts.read) },
          { title: t`New`, numeric: true, cell: (run) => figure(run.counts.inserted) },
          { title: t`Changed`, numeric: true, cell: (run) => figure(run.counts.updated) },
          { title: t`Rejected`, numeric: true, cell: (run) => figure(run.counts.rejected) },
          { title: t`Begun`, numeric: true, cell: (run) => <Moment at={run.created_at} /> },
        ]}
        empty={<Trans>No file has been imported yet. Begin with your customers.</Trans>}
      />
    </DataPage>
  );
}
