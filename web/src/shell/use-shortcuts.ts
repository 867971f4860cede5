import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { Place } from './places.ts';

/** How long after `g` the letter of a place is waited for. */
const LETTER_MS = 1_500;

/** The keys that work on every screen; none of them while one types or while a dialog is open, but for that of the palette. */
export function useShortcuts(options: {
  readonly places: readonly Place[];
  readonly onPalette: () => void;
  readonly onList: () => void;
}): void {
  const navigate = useNavigate();
  const latest = useRef(options);
  latest.current = options;
  useEffect(() => {
    let goSince = Number.NEGATIVE_INFINITY;
    const press = (event: KeyboardEvent) => {
      const { places, onPalette, onList } = latest.current;
      if (event.defaultPrevented) return;
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        return onPalette();
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || dialogIsOpen()) return;
      const place =
        event.timeStamp - goSince < LETTER_MS ? places.find(({ letter }) => letter === event.key) : undefined;
      goSince = event.key === 'g' ? event.timeStamp : Number.NEGATIVE_INFINITY;
      if (place) {
        event.preventDefault();
        void navigate({ to: place.to });
      } else if (event.key === '/') {
        event.preventDefault();
        const search = searchOfScreen();
        if (search) search.select();
        else onPalette();
      } else if (event.key === '?') {
        event.preventDefault();
        onList();
      }
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [navigate]);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
}

function dialogIsOpen(): boolean {
  return document.querySelector('[role="dialog"][aria-modal="true"]') !== null;
}

/** A screen's own search is an input of type `search`. */
function searchOfScreen(): HTMLInputElement | null {
  return document.querySelector<HTMLInputElement>('main input[type="search"]');
}
