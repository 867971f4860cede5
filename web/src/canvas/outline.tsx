import { Trans, useLingui } from '@lingui/react/macro';
import { UnstyledButton } from '@mantine/core';
import { useMemo } from 'react';
import { useFormat } from '../i18n/format.ts';
import type { CanvasArrow, CanvasStep, GraphProps } from './graph.ts';
import classes from './outline.module.css';
import { type Chain, chainsOf } from './outline-chains.ts';
import { StepFace } from './step-face.tsx';

/** The same graph as a nested list: for phones, for readers of text, and for whoever thinks in lists. */
export function Outline(props: GraphProps) {
  const { steps, arrows } = props;
  const chains = useMemo(() => chainsOf(steps, arrows), [steps, arrows]);
  return (
    <section aria-label={props.label} className={classes.outline}>
      {chains.map((chain) => (
        <ChainList key={chain.steps[0]?.step.id} chain={chain} view={props} />
      ))}
    </section>
  );
}

function ChainList({ chain, view }: { readonly chain: Chain; readonly view: GraphProps }) {
  return (
    <ol className={classes.chain}>
      {chain.steps.map(({ step, exits, ways }) => (
        <li key={step.id}>
          <StepLine step={step} view={view} />
          {exits.length > 0 && (
            <ul className={classes.exits}>
              {exits.map((arrow) => (
                <li key={arrow.id}>
                  <ArrowWords arrow={arrow} view={view} />
                </li>
              ))}
            </ul>
          )}
          {ways.length > 0 && (
            <ul className={ways.length > 1 ? classes.ways : classes.way}>
              {ways.map(({ arrow, chain: below, goesOn }) => (
                <li key={arrow.id}>
                  <ArrowWords arrow={arrow} view={view} />
                  {goesOn !== undefined && (
                    <>
                      {' '}
                      <UnstyledButton className={classes.on} onClick={() => view.onStep?.(goesOn.id)}>
                        → <Trans>goes on at “{goesOn.title}”</Trans>
                      </UnstyledButton>
                    </>
                  )}
                  {below && <ChainList chain={below} view={view} />}
                </li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ol>
  );
}

function StepLine({ step, view }: { readonly step: CanvasStep; readonly view: GraphProps }) {
  const isChosen = step.id === view.chosen;
  return (
    <button
      type="button"
      className={classes.step}
      data-tone={(step.problems ?? 0) > 0 ? 'wrong' : step.tone}
      data-chosen={isChosen}
      aria-pressed={isChosen}
      onClick={() => view.onStep?.(step.id)}
    >
      <StepFace step={step} />
    </button>
  );
}

function ArrowWords({ arrow, view }: { readonly arrow: CanvasArrow; readonly view: GraphProps }) {
  const { t } = useLingui();
  const format = useFormat();
  const leaves = arrow.to === null && arrow.exit !== 'end';
  const count = arrow.count === undefined ? '' : `${leaves ? '−' : ''}${format.number(arrow.count)}`;
  const words = `${count} ${arrow.label ?? ''}`.trim() || t`not run yet`;
  if (!view.onArrow || !arrow.canOpen) return <span className={classes.count}>{words}</span>;
  return (
    <button
      type="button"
      className={classes.count}
      data-chosen={arrow.id === view.chosenArrow}
      onClick={() => view.onArrow?.(arrow.id)}
    >
      {words}
    </button>
  );
}
