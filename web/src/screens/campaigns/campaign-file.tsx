import { useLingui } from '@lingui/react/macro';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../api/session.ts';
import { DefinitionEditor, type Edited } from '../../definition-editor/definition-editor.tsx';
import { problemsByStep } from '../../definition-editor/problem.ts';
import { asYaml, type SavedDefinition } from '../../definition-editor/use-definition.ts';
import { useLast } from '../../definition-editor/use-last.ts';
import classes from './campaign.module.css';
import { GraphView } from './graph-view.tsx';
import type { Language } from './queries.ts';

const DRAW_AFTER_MS = 300;

/** The file of a campaign, and beside it the graph that it makes, with its problems on the steps. */
export function CampaignFile(props: {
  readonly campaignKey: string;
  readonly start?: string;
  readonly reveal: string | undefined;
  readonly onChange?: (edited: Edited) => void;
  readonly onSaved?: (saved: SavedDefinition) => void;
  readonly onStep: (id: string) => void;
}) {
  const { campaignKey, onChange } = props;
  const mayWrite = useMay('campaigns:write');
  const [edited, setEdited] = useState<Edited>();
  const change = useCallback(
    (now: Edited) => {
      setEdited(now);
      onChange?.(now);
    },
    [onChange],
  );
  const activities = useDrawn(edited?.text ?? '');
  return (
    <div className={classes.file}>
      <DefinitionEditor
        key={campaignKey}
        kind="campaign"
        name={campaignKey}
        mayWrite={mayWrite}
        canPublish={false}
        reveal={props.reveal === undefined ? undefined : `activities.${props.reveal}`}
        onChange={change}
        {...(props.start === undefined ? {} : { start: props.start })}
        {...(props.onSaved === undefined ? {} : { onSaved: props.onSaved })}
      />
      <div className={classes.fileCanvas}>
        <GraphView
          view="canvas"
          activities={activities}
          run={undefined}
          problems={problemsByStep(edited?.problems ?? [], 'activities')}
          chosen={props.reveal}
          chosenArrow={undefined}
          onStep={props.onStep}
          onArrow={props.onStep}
        />
      </div>
    </div>
  );
}

/** The graph of a text a moment after the last key; while it is no YAML, the last one that could be drawn. */
function useDrawn(text: string) {
  const { i18n } = useLingui();
  const [settled] = useDebouncedValue(text, DRAW_AFTER_MS);
  const drawn = useQuery({
    queryKey: ['campaign-shape', settled, i18n.locale],
    queryFn: () =>
      ask(
        api.POST('/api/campaign-shape', {
          params: { query: { language: i18n.locale as Language } },
          ...asYaml(settled),
        }),
      ),
    enabled: settled.trim() !== '',
    placeholderData: keepPreviousData,
    gcTime: 10_000,
  });
  return useLast(drawn.data)?.activities;
}
