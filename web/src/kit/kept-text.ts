import { useCallback, useEffect, useState } from 'react';

/** What is kept in the tab under names that begin so is thrown away by whoever signs out. */
export const KEPT = 'carillon-kept:';

/** A text being typed, kept in this tab until it is saved or thrown away. */
export type KeptText = {
  readonly text: string;
  /** Whether it differs from what it began with: there is something to save, or to throw away. */
  readonly touched: boolean;
  readonly setText: (text: string) => void;
  /** Call it once the text is saved, or to go back to what was there. */
  readonly forget: () => void;
};

/**
 * A text that survives a crash, a reload, a session that ends and a visit to another screen, as long as the tab lives. `key` names
 * what is edited (`audience:regulars`); `initial` is what is saved, undefined while it is being loaded.
 */
export function useKeptText(key: string, initial: string | undefined): KeptText {
  const [kept, setKept] = useState(() => ({ key, text: read(key) }));
  const current = kept.key === key ? kept.text : read(key);
  useEffect(() => {
    setKept((known) => (known.key === key ? known : { key, text: read(key) }));
  }, [key]);
  const setText = useCallback(
    (text: string) => {
      write(key, text === initial ? undefined : text);
      setKept({ key, text });
    },
    [key, initial],
  );
  const forget = useCallback(() => {
    write(key, undefined);
    setKept({ key, text: undefined });
  }, [key]);
  return { text: current ?? initial ?? '', touched: current !== undefined && current !== initial, setText, forget };
}

/** Throws all kept texts away: whoever signs out leaves nothing behind. */
export function forgetKeptTexts(): void {
  for (const name of Object.keys(sessionStorage)) if (name.startsWith(KEPT)) sessionStorage.removeItem(name);
}

function read(key: string): string | undefined {
  return sessionStorage.getItem(KEPT + key) ?? undefined;
}

function write(key: string, text: string | undefined): void {
  try {
    if (text === undefined) sessionStorage.removeItem(KEPT + key);
    else sessionStorage.setItem(KEPT + key, text);
  } catch {
    // The browser has no room, or forbids it: what is typed then lives as long as the page.
  }
}
