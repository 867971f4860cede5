import { useReactFlow } from '@xyflow/react';
import { type RefObject, useCallback, useEffect, useRef } from 'react';
import type { Layout } from './layout.ts';
import { firstSight, isSameSight, type Room, type Sight, wholeSight } from './sight.ts';

type Kept = { readonly kind: 'first' | 'whole'; readonly sight: Sight };

/**
 * Keeps a graph in sight: at first, when its shape changes, and when its room does. Whoever moved or zoomed it keeps what they look
 * at, until they ask for everything again.
 */
export function useSight(place: RefObject<HTMLElement | null>, layout: Layout, chosen: string | undefined) {
  const flow = useReactFlow();
  const kept = useRef<Kept>(undefined);

  const look = useCallback(
    async (kind: Kept['kind']) => {
      const room = roomOf(place.current);
      if (!room || layout.width === 0) return;
      await flow.setViewport(kind === 'whole' ? wholeSight(layout, room) : firstSight(layout, room, chosen));
      // What the canvas made of it: it has bounds of its own.
      kept.current = { kind, sight: flow.getViewport() };
    },
    [flow, place, layout, chosen],
  );
  const latest = useRef(look);
  latest.current = look;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new shape is looked at anew; a new choice does not move the view.
  useEffect(() => void latest.current('first'), [layout]);
  useEffect(() => {
    if (!place.current) return;
    const observer = new ResizeObserver(() => {
      const { kind, sight } = kept.current ?? {};
      if (!sight) void latest.current('first');
      else if (kind && isSameSight(sight, flow.getViewport())) void latest.current(kind);
    });
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [place, flow]);

  return { showEverything: () => void look('whole') };
}

function roomOf(place: HTMLElement | null): Room | undefined {
  const box = place?.getBoundingClientRect();
  return box && box.width > 0 && box.height > 0 ? box : undefined;
}
