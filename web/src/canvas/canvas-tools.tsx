import { useLingui } from '@lingui/react/macro';
import { ActionIcon } from '@mantine/core';
import { Panel, useReactFlow, useStore } from '@xyflow/react';
import { Maximize, Minus, Plus } from 'lucide-react';
import { useFormat } from '../i18n/format.ts';
import classes from './canvas.module.css';

/** Nearer, farther, everything. */
export function CanvasTools({ onEverything }: { readonly onEverything: () => void }) {
  const { t } = useLingui();
  const format = useFormat();
  const flow = useReactFlow();
  const zoom = useStore((state) => Math.round(state.transform[2] * 100) / 100);
  return (
    <Panel position="bottom-left" className={classes.tools}>
      <ActionIcon variant="subtle" color="gray" aria-label={t`Zoom out`} onClick={() => void flow.zoomOut()}>
        <Minus size={15} aria-hidden />
      </ActionIcon>
      <span className={classes.zoom}>{format.share(zoom)}</span>
      <ActionIcon variant="subtle" color="gray" aria-label={t`Zoom in`} onClick={() => void flow.zoomIn()}>
        <Plus size={15} aria-hidden />
      </ActionIcon>
      <ActionIcon variant="subtle" color="gray" aria-label={t`Show everything`} onClick={onEverything}>
        <Maximize size={15} aria-hidden />
      </ActionIcon>
    </Panel>
  );
}
