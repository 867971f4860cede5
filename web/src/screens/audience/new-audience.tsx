import { useLingui } from '@lingui/react/macro';
import { useNavigate } from '@tanstack/react-router';
import { NameDialog } from '../../kit/name-dialog.tsx';

/** Asks what a new audience is called; its rule is written on its own screen. */
export function NewAudience({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const { t } = useLingui();
  const navigate = useNavigate();
  return (
    <NameDialog
      title={t`New audience`}
      placeholder={t`Customers in France`}
      opened={opened}
      onClose={onClose}
      onName={({ key, name }) =>
        void navigate({ to: '/audiences/$key', params: { key }, search: { view: 'file', name } })
      }
    />
  );
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
