import { Trans, useLingui } from '@lingui/react/macro';
import { Alert, Button, Code, CopyButton, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { ProblemNote } from '../../kit/problem-note.tsx';
import { Snippets } from './snippets.tsx';

/** Makes a write key and shows it this once, in a form that can be pasted. */
export function NewSource({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const create = useMutation({
    mutationFn: () => ask(api.POST('/api/sources', { body: { kind: 'write_key', name } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['sources'] }),
  });
  const close = () => {
    create.reset();
    setName('');
    onClose();
  };
  return (
    <Modal opened={opened} onClose={close} title={t`New source`} size="lg">
      {create.data ? (
        <Stack>
          <Alert color="brass" variant="light" title={<Trans>The key is shown this once</Trans>}>
            <Group gap="sm" wrap="nowrap">
              <Code style={{ overflowWrap: 'anywhere' }}>{create.data.key}</Code>
              <CopyButton value={create.data.key}>
                {({ copied, copy }) => (
                  <Button
                    variant="default"
                    size="compact-sm"
                    onClick={copy}
                    leftSection={copied ? <Check size={12} aria-hidden /> : <Copy size={12} aria-hidden />}
                  >
                    {copied ? <Trans>Copied</Trans> : <Trans>Copy</Trans>}
                  </Button>
                )}
              </CopyButton>
            </Group>
          </Alert>
          <Snippets writeKey={create.data.key} />
          <Group justify="flex-end">
            <Button
              onClick={() => {
                const id = String(create.data.source_id);
                close();
                void navigate({ to: '/data/sources/$id', params: { id } });
              }}
            >
              <Trans>Watch what arrives</Trans>
            </Button>
          </Group>
        </Stack>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            create.mutate();
          }}
        >
          <Stack>
            <TextInput
              label={t`Name`}
              description={t`What its events are marked with`}
              placeholder={t`shop`}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              data-autofocus
              required
            />
            <ProblemNote error={create.error} />
            <Text size="sm" c="dimmed">
              <Trans>Webhooks of other systems need a mapping; they are made on the command line.</Trans>
            </Text>
            <Group justify="flex-end">
              <Button type="submit" disabled={name.trim() === ''} loading={create.isPending}>
                <Trans>Make a write key</Trans>
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}
