import { Paper, Stack, Text } from '@mantine/core';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

/** Nothing is here: what would be, and what to do so that there is. */
export function Empty(props: {
  readonly icon?: LucideIcon;
  readonly title: ReactNode;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}) {
  const { icon: Icon, title, children, action } = props;
  return (
    <Paper py="xl">
      <Stack align="center" gap="sm" ta="center" maw={460} mx="auto">
        {Icon && <Icon size={22} color="var(--mantine-color-dimmed)" aria-hidden />}
        <Text fw={600} size="lg">
          {title}
        </Text>
        {children !== undefined && <Text c="dimmed">{children}</Text>}
        {action}
      </Stack>
    </Paper>
  );
}
