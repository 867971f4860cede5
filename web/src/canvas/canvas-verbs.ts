import { createContext, use } from 'react';

/** What a click on a part of the canvas does; apart from the parts' data, so that a new function draws nothing anew. */
export type CanvasVerbs = {
  readonly onStep: ((id: string) => void) | undefined;
  readonly onArrow: ((id: string) => void) | undefined;
  /** Moves the focus along an arrow, into view. */
  readonly onMove: undefined | ((from: string, way: 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight') => void);
};

export const CanvasVerbsContext = createContext<{ readonly current: CanvasVerbs }>({
  current: { onStep: undefined, onArrow: undefined, onMove: undefined },
});

export function useOpenArrow(): ((id: string) => void) | undefined {
  const verbs = use(CanvasVerbsContext);
  return verbs.current.onArrow && ((id) => verbs.current.onArrow?.(id));
}
