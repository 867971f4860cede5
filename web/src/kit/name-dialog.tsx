import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';

const KEY = /^[a-z][a-z0-9_-]{0,62}$/;

/** Asks what something new is called, and says the key that follows from it. */
export function NameDialog(props: {
  readonly title: string;
  readonly placeholder: string;
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onName: (named: { readonly key: string; readonly name: string }) => void;
}) {
  const { t } = useLingui();
  const [name, setName] = useState('');
  const key = keyOf(name);
  const isValid = KEY.test(key);
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isValid) props.onName({ key, name });
        }}
      >
        <Stack>
          <TextInput
            label={t`Name`}
            description={isValid ? t`Its key will be ${key}. Campaigns, journeys and files name it so.` : undefined}
            placeholder={props.placeholder}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
            required
          />
          <Group justify="flex-end">
            <Button type="submit" disabled={!isValid}>
              <Trans>Write it</Trans>
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
