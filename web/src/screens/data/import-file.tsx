import { Trans, useLingui } from '@lingui/react/macro';
import { Anchor, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { Page } from '../../kit/page.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { FileDrop } from './file-drop.tsx';
import { FileMapping } from './file-mapping.tsx';
import { ImportTarget } from './import-target.tsx';
import { tablesQuery } from './tables.tsx';

const route = getRouteApi('/data/import');
/** Enough to see what a file is. Parquet has its index at the end. */
const BEGINNING_BYTES = 2 * 2 ** 20;

/** From a file to people or rows: say where it goes, look at its columns, try it, import it. */
export function ImportFile() {
  const { t } = useLingui();
  const { into = 'profiles' } = route.useSearch();
  const navigate = route.useNavigate();
  const mayImport = useMay('imports:write');
  const [file, setFile] = useState<File>();
  const tables = useQuery(tablesQuery);
  const inspected = useQuery({
    queryKey: ['inspect', into, file?.name, file?.size, file?.lastModified],
    queryFn: ({ signal }) => inspect(file as File, into, signal),
    enabled: file !== undefined && into !== '',
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const table = tables.data?.items.find(({ key }) => key === into);
  return (
    <Page
      title={into === 'profiles' ? t`Import your customers` : t`Import a file`}
      crumb={
        <Anchor component={Link} to="/data" inherit>
          <Trans>Data</Trans>
        </Anchor>
      }
      lead={<Trans>Nothing changes before you have seen what would.</Trans>}
    >
      {mayImport ? (
        <Stack gap="xl" maw={1000}>
          <ImportTarget
            into={into}
            tables={tables.data?.items ?? []}
            onInto={(chosen) => void navigate({ search: { into: chosen }, replace: true })}
          />
          <FileDrop file={file} onFile={setFile} />
          {inspected.isFetching && <Skeleton h={160} />}
          <ProblemNote error={inspected.error} />
          {file && inspected.data && !inspected.isFetching && (
            <FileMapping
              key={`${into} ${file.name} ${file.lastModified}`}
              file={file}
              into={into}
              inspected={inspected.data}
              known={table?.columns.map(({ name }) => name)}
            />
          )}
        </Stack>
      ) : (
        <Text c="dimmed">
          <Trans>Your role may not import files. Ask an owner or a marketer.</Trans>
        </Text>
      )}
    </Page>
  );
}

function inspect(file: File, into: string, signal: AbortSignal) {
  const beginning = /\.parquet$/i.test(file.name) ? file : file.slice(0, BEGINNING_BYTES);
  return ask(
    api.POST('/api/imports/inspect', {
      params: { query: { into, file_name: file.name } },
      body: beginning as never,
      bodySerializer: (body: unknown) => body as Blob,
      headers: { 'content-type': 'application/octet-stream' },
      signal,
    }),
  );
}
export type Inspected = Awaited<ReturnType<typeof inspect>>;
