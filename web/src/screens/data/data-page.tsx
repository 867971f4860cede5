import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Group } from '@mantine/core';
import { Link, useRouterState } from '@tanstack/react-router';
import { Upload } from 'lucide-react';
import type { ReactNode } from 'react';
import { useMay } from '../../api/session.ts';
import { Page } from '../../kit/page.tsx';

/** What the screens of data have in common: the ways between them, and the way in for a file. */
export function DataPage(props: {
  readonly title: string;
  readonly lead: ReactNode;
  /** What one comes to do here, where it is not the import of a file. */
  readonly action?: ReactNode;
  readonly children: ReactNode;
}) {
  const { t } = useLingui();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const maySeeImports = useMay('imports:read');
  const maySeeSources = useMay('sources:read');
  const mayImport = useMay('imports:write');
  const places = [
    { to: '/data', label: t`Tables`, shown: true },
    { to: '/data/imports', label: t`Imports`, shown: maySeeImports },
    { to: '/data/sources', label: t`Sources`, shown: maySeeSources },
    { to: '/data/refused', label: t`Refused events`, shown: maySeeSources },
  ];
  return (
    <Page
      title={props.title}
      lead={props.lead}
      actions={
        props.action ??
        (mayImport && (
          <Button component={Link} to="/data/import" leftSection={<Upload size={14} aria-hidden />}>
            <Trans>Import a file</Trans>
          </Button>
        ))
      }
    >
      <Group component="nav" gap={4} aria-label={t`Data`}>
        {places
          .filter((place) => place.shown)
          .map(({ to, label }) => (
            <Button
              key={to}
              component={Link}
              to={to}
              color="gray"
              variant={path === to ? 'light' : 'subtle'}
              c={path === to ? 'var(--mantine-color-text)' : 'var(--ink-2)'}
              {...(path === to ? { 'aria-current': 'page' as const } : {})}
            >
              {label}
            </Button>
          ))}
      </Group>
      {props.children}
    </Page>
  );
}
