import { Trans } from '@lingui/react/macro';
import { Group, Kbd, Text, UnstyledButton } from '@mantine/core';
import { Search } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { User } from '../api/session.ts';
import { COMMAND_KEY } from './command-key.ts';
import classes from './finder.module.css';
import type { Place } from './places.ts';
import { useShortcuts } from './use-shortcuts.ts';

const Palette = lazy(() => import('./palette.tsx').then((it) => ({ default: it.Palette })));
const ShortcutList = lazy(() => import('./shortcut-list.tsx').then((it) => ({ default: it.ShortcutList })));

/** What nobody has asked for is not loaded. */
type Loaded = 'unseen' | 'open' | 'closed';

/** The way to the palette, and the keys that work everywhere. */
export function Finder({ user, places }: { readonly user: User; readonly places: readonly Place[] }) {
  const [palette, setPalette] = useState<Loaded>('unseen');
  const [list, setList] = useState<Loaded>('unseen');
  const open = () => setPalette('open');
  useShortcuts({ places, onPalette: open, onList: () => setList('open') });
  return (
    <>
      <UnstyledButton className={classes.find} onClick={open}>
        <Group gap="sm" wrap="nowrap">
          <Search size={14} aria-hidden />
          <Text span inherit truncate flex={1}>
            <Trans>Search or go</Trans>
          </Text>
          <Kbd size="xs" style={{ flex: 'none' }}>
            {COMMAND_KEY} K
          </Kbd>
        </Group>
      </UnstyledButton>
      <Suspense>
        {palette !== 'unseen' && (
          <Palette user={user} places={places} opened={palette === 'open'} onClose={() => setPalette('closed')} />
        )}
        {list !== 'unseen' && (
          <ShortcutList places={places} opened={list === 'open'} onClose={() => setList('closed')} />
        )}
      </Suspense>
    </>
  );
}
