import { useLingui } from '@lingui/react/macro';
import { Button, Skeleton } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { History } from 'lucide-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useMay } from '../../api/session.ts';
import { Canvas } from '../../canvas/canvas.tsx';
import { DefinitionEditor, type Edited } from '../../definition-editor/definition-editor.tsx';
import { problemsByStep } from '../../definition-editor/problem.ts';
import classes from './journey.module.css';
import { ENTRY, useJourneyGraph } from './journey-graph.ts';
import { useDrawn } from './use-drawn.ts';
import type { ShownJourney } from './use-journey.ts';

const route = getRouteApi('/journeys/$key');
const TypedMachine = lazy(() =>
  import('./time-machine/typed-machine.tsx').then((module) => ({ default: module.TypedMachine })),
);

/** The definition as a file, and beside it the graph that it makes, with its problems on the steps, or what it would have done. */
export function JourneyFile({ journey }: { readonly journey: ShownJourney }) {
  const { t } = useLingui();
  const { step, machine } = route.useSearch();
  const navigate = route.useNavigate();
  const mayWrite = useMay('journeys:write');
  const maySeePeople = useMay('profiles:read');
  const isPlaying = machine !== undefined && maySeePeople;
  const [edited, setEdited] = useState<Edited>();
  const drawn = useDrawn(edited?.text ?? '');
  const found = edited?.problems;
  const problems = useMemo(
    () => new Map([...problemsByStep(found ?? [], 'steps')].map(([node, list]) => [node, list.length])),
    [found],
  );
  const graph = useJourneyGraph(drawn, undefined, { mode: 'arrived', tone: 'off', problems });
  return (
    <div className={classes.file} data-playing={isPlaying}>
      <DefinitionEditor
        key={journey.key}
        kind="journey"
        name={journey.key}
        mayWrite={mayWrite}
        canPublish={false}
        reveal={step === undefined || step === ENTRY ? undefined : `steps.${step}`}
        actions={
          maySeePeople &&
          !isPlaying && (
            <Button
              variant="light"
              color="violet"
              leftSection={<History size={14} aria-hidden />}
              disabled={edited === undefined || (found ?? []).length > 0}
              onClick={() => void navigate({ search: (old) => ({ ...old, machine: '30d', person: undefined }) })}
            >
              {t`Try it`}
            </Button>
          )
        }
        onChange={setEdited}
      />
      {isPlaying && edited ? (
        <Suspense fallback={<Skeleton h="100%" />}>
          <TypedMachine journey={journey} text={edited.text} />
        </Suspense>
      ) : (
        <div className={classes.fileCanvas}>
          {drawn && (
            <Canvas
              {...graph}
              label={t`Steps of ${journey.name}`}
              chosen={step}
              onStep={(id) => void navigate({ search: (old) => ({ ...old, step: id }), replace: true })}
            />
          )}
        </div>
      )}
    </div>
  );
}
