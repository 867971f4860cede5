import { Trans, useLingui } from '@lingui/react/macro';
import { Text } from '@mantine/core';
import { AtSign, Fingerprint, IdCard, KeyRound, type LucideIcon, Phone, Smartphone } from 'lucide-react';
import { Moment } from '../../kit/moment.tsx';
import { Sheet } from '../../kit/sheet.tsx';
import classes from './person.module.css';
import type { PersonView } from './queries.ts';

const ICONS: Readonly<Record<string, LucideIcon>> = {
  email: AtSign,
  phone: Phone,
  user_id: IdCard,
  customer_id: IdCard,
  anonymous_id: Fingerprint,
};

/** By what names the person is known, their devices and the groups they belong to. */
export function Identities({ person }: { readonly person: PersonView }) {
  const { t } = useLingui();
  return (
    <Sheet title={t`Identity`}>
      <ul className={classes.plain}>
        {person.identities.map(({ namespace, value }) => {
          const Icon = ICONS[namespace] ?? KeyRound;
          return (
            <li key={`${namespace} ${value}`} className={classes.identity}>
              <Icon size={14} aria-hidden />
              <span className={classes.value}>{value}</span>
              <Text span size="xs" c="dimmed">
                {namespace}
              </Text>
            </li>
          );
        })}
        {person.devices.map(({ token, platform, last_at }) => (
          <li key={token} className={classes.identity}>
            <Smartphone size={14} aria-hidden />
            <span className={classes.value}>{platform}</span>
            <Text span size="xs" c="dimmed">
              <Trans>
                seen <Moment at={last_at} />
              </Trans>
            </Text>
          </li>
        ))}
      </ul>
      {person.groups.length > 0 && (
        <Text size="sm" mt="sm" c="dimmed">
          {t`Belongs to`} {person.groups.map(({ group_key }) => group_key).join(', ')}
        </Text>
      )}
    </Sheet>
  );
}
