import { useLingui } from '@lingui/react/macro';
import { Box, Group, Text, VisuallyHidden } from '@mantine/core';
import { useFormat } from '../i18n/format.ts';
import classes from './account-bar.module.css';

/** Where everybody who was targeted went. The parts always add up to `targeted`. */
export type Account = {
  readonly targeted: number;
  readonly excluded: number;
  readonly held: number;
  readonly queued: number;
  readonly sending: number;
  readonly sent: number;
  readonly failed: number;
  readonly uncertain: number;
};

export const PARTS = ['excluded', 'held', 'queued', 'sending', 'sent', 'failed', 'uncertain'] as const;
export type Part = (typeof PARTS)[number];

export function usePartNames(): Record<Part, string> {
  const { t } = useLingui();
  return {
    excluded: t`left out`,
    held: t`waiting for a person`,
    queued: t`queued`,
    sending: t`in flight`,
    sent: t`sent`,
    failed: t`failed`,
    uncertain: t`uncertain`,
  };
}

/** The bar that accounts for every message; it reads in black and white too, by pattern. */
export function AccountBar(props: {
  readonly account: Account;
  readonly size?: 'thin' | 'line' | 'full';
  readonly onOpen?: (part: Part) => void;
}) {
  const { account, size = 'line', onOpen } = props;
  const { t } = useLingui();
  const names = usePartNames();
  const format = useFormat();
  const shown = PARTS.filter((part) => account[part] > 0);
  const sentence = [
    t`${format.number(account.targeted)} targeted`,
    ...shown.map((part) => `${format.number(account[part])} ${names[part]}`),
  ].join(', ');
  return (
    <Box>
      <div className={classes.bar} data-size={size} role="img" aria-label={sentence}>
        {shown.map((part) => (
          <div key={part} className={classes.part} data-part={part} style={{ flexGrow: account[part] }} />
        ))}
      </div>
      {size === 'full' && (
        <Group gap="md" mt="sm" component="ul" className={classes.sum}>
          <Text component="li" size="sm">
            <b>{format.number(account.targeted)}</b> {t`targeted`}
          </Text>
          {PARTS.filter((part) => account[part] > 0 || part === 'sent').map((part) => (
            <Text key={part} component="li" size="sm" className={classes.key} data-part={part}>
              <b>{format.number(account[part])}</b>{' '}
              {onOpen && account[part] > 0 ? (
                <button type="button" className={classes.open} onClick={() => onOpen(part)}>
                  {names[part]}
                  <VisuallyHidden>{t`: see who`}</VisuallyHidden>
                </button>
              ) : (
                names[part]
              )}
            </Text>
          ))}
        </Group>
      )}
    </Box>
  );
}
