import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { VisuallyHidden } from '@mantine/core';
import { Check, Hand, OctagonAlert, X } from 'lucide-react';
import { useFormat } from '../i18n/format.ts';
import { AccountBar } from '../kit/account-bar.tsx';
import type { CanvasStep } from './graph.ts';
import classes from './step-face.module.css';

/** A step at a glance: what it is for, what it is called, the news of it, how it stands; the last also for those who do not see it. */
export function StepFace({ step }: { readonly step: CanvasStep }) {
  const { t } = useLingui();
  const format = useFormat();
  const { icon: Icon, figure } = step;
  return (
    <>
      <span className={classes.tile} data-group={step.group}>
        <Icon size={16} aria-hidden />
      </span>
      <span className={classes.words}>
        {/* The spaces are for those who hear it: the name of the button holds the same words. */}
        <b title={step.title}>{step.title}</b>{' '}
        <span className={classes.detail} title={step.detail}>
          {step.detail}
        </span>
        {step.account !== undefined && <AccountBar account={step.account} size="thin" />}
      </span>{' '}
      {figure !== undefined && (
        <span className={classes.figure}>
          <b>{format.number(figure.value)}</b> <span data-live={figure.isLive ?? false}>{figure.note}</span>
        </span>
      )}
      {step.share !== undefined && (
        <span className={classes.share}>
          <span style={{ width: `${Math.min(1, step.share) * 100}%` }} />
        </span>
      )}
      <StepBadge step={step} />
      <VisuallyHidden>
        {step.state}
        {step.problems ? ` ${t`${plural(step.problems, { one: '# problem', other: '# problems' })}`}` : ''}
      </VisuallyHidden>
    </>
  );
}

function StepBadge({ step }: { readonly step: CanvasStep }) {
  if (step.problems !== undefined && step.problems > 0) {
    return (
      <span className={classes.badge} data-tone="wrong">
        <OctagonAlert size={11} aria-hidden />
      </span>
    );
  }
  switch (step.tone) {
    case 'done':
      return (
        <span className={classes.badge} data-tone="done">
          <Check size={11} strokeWidth={2.6} aria-hidden />
        </span>
      );
    case 'waiting':
      return (
        <span className={classes.badge} data-tone="waiting">
          <Hand size={11} strokeWidth={2.4} aria-hidden />
        </span>
      );
    case 'wrong':
      return (
        <span className={classes.badge} data-tone="wrong">
          <X size={11} strokeWidth={2.8} aria-hidden />
        </span>
      );
    case 'live':
      return <span className={classes.badge} data-tone="live" />;
    case 'idle':
    case 'quiet':
      return null;
  }
}
