import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';

const KEY = /^[a-z][a-z0-9_-]{0,62}$/;

/** Asks what a new audience is called; its rule is written on its own screen. */
export function NewAudience({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const key = keyOf(name);
  const isValid = KEY.test(key);
  return (
    <Modal opened={opened} onClose={onClose} title={t`New audience`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isValid) void navigate({ to: '/audiences/$key', params: { key }, search: { view: 'file', name } });
        }}
      >
        <Stack>
          <TextInput
            label={t`Name`}
            description={isValid ? t`Its key will be ${key}. Campaigns, journeys and files name it so.` : undefined}
            placeholder={t`Customers in France`}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
            required
          />
          <Group justify="flex-end">
            <Button type="submit" disabled={!isValid}>
              <Trans>Write its rule</Trans>
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** `Customers in France` as `customers-in-france`. */
function keyOf(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 63);
}

/** What a new audience begins with: whoever can be written to, and a place for what sets them apart. */
export function startingText(key: string, name: string): string {
  return `kind: audience
key: ${key}
name: ${JSON.stringify(name === '' ? key : name)}
rule:
  all:
    - { reachable: email }
`;
}
