import { Trans, useLingui } from '@lingui/react/macro';
import { Button, FileButton, Group, Paper, Text } from '@mantine/core';
import { FileUp } from 'lucide-react';
import { useState } from 'react';
import { useFormat } from '../../i18n/format.ts';

/** A file is dropped here, or chosen. */
export function FileDrop(props: { readonly file: File | undefined; readonly onFile: (file: File) => void }) {
  const { file, onFile } = props;
  const { t } = useLingui();
  const format = useFormat();
  const [isOver, setOver] = useState(false);
  return (
    <Paper
      bg={isOver ? 'var(--hover)' : 'var(--sunken)'}
      shadow="none"
      style={{ borderStyle: 'dashed' }}
      onDragOver={(event: React.DragEvent) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event: React.DragEvent) => {
        event.preventDefault();
        setOver(false);
        const [dropped] = event.dataTransfer.files;
        if (dropped) onFile(dropped);
      }}
    >
      <Group justify="space-between">
        <Group gap="sm" wrap="nowrap">
          <FileUp size={18} aria-hidden />
          {file ? (
            <Text fw={500} style={{ overflowWrap: 'anywhere' }}>
              {file.name}{' '}
              <Text span c="dimmed">
                {format.bytes(file.size)}
              </Text>
            </Text>
          ) : (
            <Text c="dimmed">
              <Trans>Drop a CSV, NDJSON or Parquet file here; packed with gzip it may be, too.</Trans>
            </Text>
          )}
        </Group>
        <FileButton
          onChange={(chosen) => chosen && onFile(chosen)}
          inputProps={{ 'aria-label': t`The file to import` }}
          accept=".csv,.tsv,.txt,.ndjson,.jsonl,.json,.parquet,.gz"
        >
          {(button) => (
            <Button variant={file ? 'default' : 'filled'} {...button}>
              {file ? <Trans>Another file</Trans> : <Trans>Choose a file</Trans>}
            </Button>
          )}
        </FileButton>
      </Group>
    </Paper>
  );
}
