import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';

const KEY_MAX = 60;

/** A name, and the campaign's file opens; nothing is saved before its author saves it. */
export function NewCampaign() {
  const { t } = useLingui();
  const [opened, { open, close }] = useDisclosure();
  const navigate = useNavigate();
  const form = useForm({
    initialValues: { name: '' },
    validate: { name: (value) => (keyOf(value) === '' ? t`Give it a name with at least one letter.` : null) },
  });
  return (
    <>
      <Button leftSection={<Plus size={14} aria-hidden />} onClick={open}>
        <Trans>New campaign</Trans>
      </Button>
      <Modal opened={opened} onClose={close} title={t`New campaign`} closeButtonProps={{ 'aria-label': t`Close` }}>
        <form
          onSubmit={form.onSubmit(({ name }) => {
            close();
            void navigate({ to: '/campaigns/$key', params: { key: keyOf(name) }, search: { view: 'file', name } });
          })}
        >
          <Stack>
            <TextInput
              label={t`Name`}
              description={form.values.name === '' ? undefined : t`Its key will be: ${keyOf(form.values.name)}`}
              data-autofocus
              {...form.getInputProps('name')}
            />
            <Group justify="flex-end">
              <Button type="submit">
                <Trans>Open its file</Trans>
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}

/** A name as a key: letters without accents, digits and hyphens, beginning with a letter. */
export function keyOf(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, KEY_MAX);
}

/** What a new campaign begins with: three steps that show how steps lead on, and that ask before anything leaves. */
export function startOf(key: string, name: string): string {
  return `kind: campaign
key: ${key}
name: ${JSON.stringify(name)}
activities:
  everyone:
    type: build-audience
    rule: { consent: email }
    next: once
  once: { type: deduplicate, by: [email], prefer: { newest: updated_at }, next: mail }
  mail: { type: email, template: my-template, confirm: true }
`;
}
