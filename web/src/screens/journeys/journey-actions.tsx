import { useLingui } from '@lingui/react/macro';
import { Button, Group, Menu } from '@mantine/core';
import { ChevronDown, FlaskConical, Pause, Play, Upload, Users } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
import { CommandDialog, type CommandKind } from './command-dialog.tsx';
import { mayBePublishedAgain } from './publish-again.ts';
import { StartTest } from './test-mode/start-test.tsx';
import type { ShownJourney } from './use-journey.ts';

/** What may be done with the version on the screen, by its state and by who sits here. */
export function JourneyActions({ journey }: { readonly journey: ShownJourney }) {
  const { t } = useLingui();
  const [asked, setAsked] = useState<CommandKind>();
  const [tests, setTests] = useState(false);
  const mayCommand = useMay('journeys:write');
  const mayTest = useMay('profiles:read') && mayCommand;
  const { state, summary } = journey.version;
  const others = journey.versions.filter(({ version, state: theirs }) => {
    return version !== journey.version.version && ['live', 'paused', 'closed'].includes(theirs);
  });
  const isOver = mayBePublishedAgain(journey);
  const inForce = state === 'live' || state === 'paused' || state === 'closed';
  const more = [
    ...(inForce && (summary?.inside ?? 0) > 0 && others.length > 0
      ? [{ kind: 'migrate' as const, label: t`Move people to another version…` }]
      : []),
    ...(state === 'live' || (state === 'paused' && summary?.closed_at === null)
      ? [{ kind: 'close' as const, label: t`Close…` }]
      : []),
    ...(inForce || state === 'dry_run' ? [{ kind: 'stop' as const, label: t`Stop…` }] : []),
  ];
  return (
    <Group gap="xs">
      {mayCommand && more.length > 0 && (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <Button variant="default" rightSection={<ChevronDown size={14} aria-hidden />}>{t`More`}</Button>
          </Menu.Target>
          <Menu.Dropdown>
            {more.map(({ kind, label }) => (
              <Menu.Item key={kind} onClick={() => setAsked(kind)} {...(kind === 'stop' ? { c: 'red' } : {})}>
                {label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {mayCommand && state === 'draft' && (
        <Button
          variant="light"
          color="violet"
          leftSection={<FlaskConical size={14} aria-hidden />}
          onClick={() => setAsked('dry-run')}
        >
          {t`Dry run…`}
        </Button>
      )}
      {mayTest && (
        <Button
          variant="light"
          color="violet"
          leftSection={<Users size={14} aria-hidden />}
          onClick={() => setTests(true)}
        >
          {t`Test…`}
        </Button>
      )}
      {mayCommand && (state === 'draft' || state === 'dry_run') && (
        <Button leftSection={<Upload size={14} aria-hidden />} onClick={() => setAsked('publish')}>
          {t`Publish version ${journey.version.version}…`}
        </Button>
      )}
      {mayCommand && isOver && (
        <Button variant="default" leftSection={<Upload size={14} aria-hidden />} onClick={() => setAsked('publish')}>
          {t`Publish again…`}
        </Button>
      )}
      {mayCommand && (state === 'live' || state === 'closed') && (
        <Button variant="default" leftSection={<Pause size={14} aria-hidden />} onClick={() => setAsked('pause')}>
          {t`Pause…`}
        </Button>
      )}
      {mayCommand && state === 'paused' && (
        <Button leftSection={<Play size={14} aria-hidden />} onClick={() => setAsked('resume')}>
          {t`Resume…`}
        </Button>
      )}
      {tests && <StartTest journey={journey} onClose={() => setTests(false)} />}
      {asked !== undefined && (
        <CommandDialog journey={journey} kind={asked} others={others} onClose={() => setAsked(undefined)} />
      )}
    </Group>
  );
}
