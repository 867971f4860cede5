import { useLingui } from '@lingui/react/macro';
import { Group, Stack, Text, Title } from '@mantine/core';
import { ChevronRight } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { Boundary } from './boundary.tsx';

/** A screen: its title, a sentence under it, and its few actions; the browser's tab says the title too. */
export function Page(props: {
  readonly title: string;
  /** The way back to the list that it belongs to. */
  readonly crumb?: ReactNode;
  readonly badge?: ReactNode;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  const { title, crumb, badge, lead, actions, children } = props;
  const { t } = useLingui();
  useEffect(() => {
    document.title = `${title} · Carillon`;
  }, [title]);
  return (
    <Stack gap="xl" maw={1400}>
      <Group justify="space-between" align="flex-start" component="header">
        <div>
          {crumb !== undefined && (
            <Group gap={2} c="dimmed" fz="sm" component="nav" aria-label={t`Where this belongs`}>
              {crumb}
              <ChevronRight size={12} aria-hidden />
            </Group>
          )}
          <Group gap="sm">
            <Title order={1}>{title}</Title>
            {badge}
          </Group>
          {lead !== undefined && <Text c="dimmed">{lead}</Text>}
        </div>
        {actions !== undefined && <Group gap="sm">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}

/** A part of a screen with a heading of its own. If it crashes, the other parts stay. */
export function Section(props: { readonly title: string; readonly aside?: ReactNode; readonly children: ReactNode }) {
  return (
    <section aria-label={props.title}>
      <Group justify="space-between" mb="sm">
        <Title order={2}>{props.title}</Title>
        {props.aside}
      </Group>
      <Boundary>{props.children}</Boundary>
    </section>
  );
}
