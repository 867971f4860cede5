import type { NodeProps } from '@xyflow/react';
import { type KeyboardEvent, memo, use } from 'react';
import classes from './canvas.module.css';
import type { StepNode } from './canvas-elements.ts';
import { CanvasVerbsContext } from './canvas-verbs.ts';
import { StepFace } from './step-face.tsx';

const WAYS = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'] as const;

/** A step as a button; the arrow keys lead to its neighbours, also to those out of sight. */
export const StepButton = memo(function StepButton({ data }: NodeProps<StepNode>) {
  const verbs = use(CanvasVerbsContext);
  const { step, isChosen } = data;
  const move = (event: KeyboardEvent) => {
    const way = WAYS.find((known) => known === event.key);
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    verbs.current.onMove?.(step.id, way);
  };
  return (
    <button
      type="button"
      className={`${classes.step} nopan`}
      data-step={step.id}
      data-tone={(step.problems ?? 0) > 0 ? 'wrong' : step.tone}
      data-chosen={isChosen}
      aria-pressed={isChosen}
      onClick={() => verbs.current.onStep?.(step.id)}
      onKeyDown={move}
    >
      <StepFace step={step} />
    </button>
  );
});
