import { useLingui } from '@lingui/react/macro';
import { Button, Skeleton, Text } from '@mantine/core';
import { Play } from 'lucide-react';
import { useMemo, useState } from 'react';
import classes from '../journey.module.css';
import { useDrawn } from '../use-drawn.ts';
import type { ShownJourney } from '../use-journey.ts';
import type { Played } from './played.ts';
import { Machine } from './time-machine.tsx';

/** The time machine over what is typed, as it stood when it was last played. */
export function TypedMachine({ journey, text }: { readonly journey: ShownJourney; readonly text: string }) {
  const { t } = useLingui();
  const [tried, setTried] = useState(text);
  const drawn = useDrawn(tried);
  const played = useMemo<Played>(() => ({ kind: 'text', text: tried }), [tried]);
  return (
    <div className={classes.fileMachine}>
      {text !== tried && (
        <div className={classes.tools} role="status">
          <Text size="sm" c="dimmed">
            {t`The text has changed since it was played.`}
          </Text>
          <Button
            variant="light"
            color="violet"
            leftSection={<Play size={14} aria-hidden />}
            onClick={() => setTried(text)}
          >
            {t`Play it again`}
          </Button>
        </div>
      )}
      {drawn ? <Machine journey={journey} as="canvas" played={played} drawn={drawn} /> : <Skeleton flex={1} />}
    </div>
  );
}
