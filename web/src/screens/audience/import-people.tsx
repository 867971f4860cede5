import { Plural, Trans, useLingui } from '@lingui/react/macro';
import {
  Anchor,
  Autocomplete,
  Button,
  Checkbox,
  FileInput,
  Group,
  Modal,
  Radio,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { FileUp } from 'lucide-react';
import { useState } from 'react';
import type { paths } from '../../api/schema.d.ts';
import { upload } from '../../api/upload.ts';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { ImportAccount } from '../data/import-result.tsx';

type Done = paths['/api/audiences/{key}/import']['post']['responses'][201]['content']['application/json'];
type Mode = 'create' | 'append' | 'replace';
const NAMESPACES = ['user_id', 'email', 'phone', 'anonymous_id'];
const KEY = /^[a-z][a-z0-9_-]{0,62}$/;

/** People from a file of identities, into an audience that is there or that is made. */
export function ImportPeople(props: { readonly audience?: string; readonly onClose: () => void }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const [key, setKey] = useState(props.audience ?? '');
  const [file, setFile] = useState<File | null>(null);
  const [column, setColumn] = useState('');
  const [namespace, setNamespace] = useState('');
  const [mode, setMode] = useState<Mode>(props.audience === undefined ? 'create' : 'append');
  const [createPeople, setCreatePeople] = useState(false);
  const bring = useMutation({
    mutationFn: (chosen: File) => {
      const form = new FormData();
      const fields = { mode, column, namespace, create_people: String(createPeople) };
      for (const [name, value] of Object.entries(fields)) if (value !== '') form.append(name, value);
      form.append('file', chosen);
      const options = { onSent: () => undefined, signal: new AbortController().signal };
      return upload<Done>(`/api/audiences/${key}/import`, form, options);
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['audiences'] }),
  });
  return (
    <Modal
      closeButtonProps={{ 'aria-label': t`Close` }}
      opened
      onClose={props.onClose}
      title={props.audience === undefined ? t`An audience from a file` : t`People from a file`}
      size="lg"
    >
      {bring.data ? (
        <Imported audience={key} done={bring.data} />
      ) : (
        <Stack>
          {props.audience === undefined && (
            <TextInput
              label={t`Key of the audience`}
              description={t`Small letters, digits and dashes; it is made if there is none`}
              value={key}
              onChange={(event) => setKey(event.currentTarget.value)}
              data-autofocus
            />
          )}
          <FileInput
            label={t`File`}
            description={t`CSV, JSON lines or Parquet, with a column that says who it is`}
            leftSection={<FileUp size={14} aria-hidden />}
            value={file}
            onChange={setFile}
            clearable
            clearButtonProps={{ 'aria-label': t`Another file` }}
          />
          <Group grow align="flex-start">
            <TextInput
              label={t`Column`}
              description={t`Found by its name when empty`}
              value={column}
              onChange={(event) => setColumn(event.currentTarget.value)}
            />
            <Autocomplete
              label={t`What its values are`}
              description={t`The name of the column when empty`}
              data={NAMESPACES}
              value={namespace}
              onChange={setNamespace}
            />
          </Group>
          <Radio.Group
            label={t`People who are in it already`}
            value={mode}
            onChange={(value) => setMode(value as Mode)}
          >
            <Stack gap="xs" mt="xs">
              {props.audience === undefined && <Radio value="create" label={t`there must be none`} />}
              <Radio value="append" label={t`stay`} />
              <Radio value="replace" label={t`leave unless they are in the file`} />
            </Stack>
          </Radio.Group>
          <Checkbox
            label={t`Make a profile of whoever is not known`}
            description={t`Otherwise their lines are listed as rejected`}
            checked={createPeople}
            onChange={(event) => setCreatePeople(event.currentTarget.checked)}
          />
          <ProblemNote error={bring.error} />
          <Group justify="flex-end">
            <Button
              loading={bring.isPending}
              disabled={file === null || !KEY.test(key)}
              onClick={() => file && bring.mutate(file)}
            >
              {t`Import`}
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

function Imported({ audience, done }: { readonly audience: string; readonly done: Done }) {
  return (
    <Stack>
      <ImportAccount counts={done.counts} />
      {done.removed > 0 && (
        <Text>
          <Plural value={done.removed} one="# person left the audience." other="# people left the audience." />
        </Text>
      )}
      <Group>
        <Anchor component={Link} to={`/audiences/${audience}`}>
          <Trans>See who is in it</Trans>
        </Anchor>
        {done.counts.rejected > 0 && (
          <Anchor component={Link} to={`/data/imports/${done.import_id}`}>
            <Trans>See which lines name nobody</Trans>
          </Anchor>
        )}
      </Group>
    </Stack>
  );
}
