import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Checkbox, Group, Menu, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ChevronDown } from 'lucide-react';
import { useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { Go } from '../../kit/go.tsx';
import { ProblemNote } from '../../kit/problem-note.tsx';
import type { PersonView } from './queries.ts';

type Props = { readonly person: PersonView; readonly name: string };

/** What a person may ask for: everything that is stored about them, or that nothing is any more. */
export function PersonActions({ person, name }: Props) {
  const { t } = useLingui();
  const [isDeleting, setDeleting] = useState(false);
  const mayWrite = useMay('profiles:write');
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Button variant="default" rightSection={<ChevronDown size={14} aria-hidden />}>{t`More`}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            component="a"
            href={`/api/profiles/id/${person.id}/export`}
            download={`person-${person.id}.ndjson`}
          >
            {t`Download everything stored about them`}
          </Menu.Item>
          {mayWrite && (
            <Menu.Item c="red" onClick={() => setDeleting(true)}>
              {t`Delete this person…`}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <Modal
        opened={isDeleting}
        onClose={() => setDeleting(false)}
        title={t`Delete “${name}”`}
        closeButtonProps={{ 'aria-label': t`Close` }}
      >
        <DeleteForm person={person} />
      </Modal>
    </>
  );
}

function DeleteForm({ person }: Pick<Props, 'person'>) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [suppress, setSuppress] = useState(true);
  const path = { namespace: 'id', value: String(person.id) };
  const remove = useMutation({
    mutationFn: () =>
      ask(
        api.DELETE('/api/profiles/{namespace}/{value}', {
          params: { path, query: { suppress: suppress ? 'true' : 'false' } },
        }),
      ),
    onSuccess: async () => {
      await navigate({ to: '/people' });
      queries.removeQueries({ queryKey: ['people', 'one'] });
      await queries.invalidateQueries({ queryKey: ['people'] });
    },
  });
  return (
    <Stack>
      <Text>
        <Trans>
          Every row about them is deleted from every table, messages that wait are not sent, and their journeys end.
          What was counted stays counted, without them. Nothing brings them back.
        </Trans>
      </Text>
      <Checkbox
        checked={suppress}
        onChange={(event) => setSuppress(event.currentTarget.checked)}
        label={t`Write to their addresses no more, even when they are imported again`}
      />
      <ProblemNote error={remove.error} />
      <Group justify="flex-end">
        <Go isBusy={remove.isPending} color="red" onGo={() => remove.mutate()}>
          {t`Delete for good`}
        </Go>
      </Group>
    </Stack>
  );
}
