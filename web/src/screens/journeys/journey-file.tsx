import { useLingui } from '@lingui/react/macro';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { Canvas } from '../../canvas/canvas.tsx';
import { DefinitionEditor, type Edited } from '../../definition-editor/definition-editor.tsx';
import { problemsByStep } from '../../definition-editor/problem.ts';
import { asYaml } from '../../definition-editor/use-definition.ts';
import { useLast } from '../../definition-editor/use-last.ts';
import classes from './journey.module.css';
import { ENTRY, useJourneyGraph } from './journey-graph.ts';
import { useSpoken } from './queries.ts';
import type { ShownJourney } from './use-journey.ts';

const route = getRouteApi('/journeys/$key');
const DRAW_AFTER_MS = 300;

/** The definition as a file, and beside it the graph that it makes, with its problems on the steps. */
export function JourneyFile({ journey }: { readonly journey: ShownJourney }) {
  const { t } = useLingui();
  const { step } = route.useSearch();
  const navigate = route.useNavigate();
  const mayWrite = useMay('journeys:write');
  const [edited, setEdited] = useState<Edited>();
  const drawn = useDrawn(edited?.text ?? '');
  const found = edited?.problems;
  const problems = useMemo(
    () => new Map([...problemsByStep(found ?? [], 'steps')].map(([node, list]) => [node, list.length])),
    [found],
  );
  const graph = useJourneyGraph(drawn, undefined, { mode: 'arrived', tone: 'off', problems });
  return (
    <div className={classes.file}>
      <DefinitionEditor
        key={journey.key}
        kind="journey"
        name={journey.key}
        mayWrite={mayWrite}
        canPublish={false}
        reveal={step === undefined || step === ENTRY ? undefined : `steps.${step}`}
        onChange={setEdited}
      />
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
    </div>
  );
}

/** The graph of a text a moment after the last key; while it is no YAML, the last one that could be drawn. */
function useDrawn(text: string) {
  const language = useSpoken();
  const [settled] = useDebouncedValue(text, DRAW_AFTER_MS);
  const drawn = useQuery({
    queryKey: ['journey-shape', settled, language],
    queryFn: () => ask(api.POST('/api/journey-shape', { params: { query: { language } }, ...asYaml(settled) })),
    enabled: settled.trim() !== '',
    placeholderData: keepPreviousData,
    gcTime: 10_000,
  });
  return useLast(drawn.data);
}
