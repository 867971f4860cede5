import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type KeptText, keepText, readKept } from './kept-text.ts';
import type { DefinitionKind } from './problem.ts';
import { type SavedDefinition, validateText } from './use-definition.ts';

const SETTLED_MS = 300;

/** The text on the screen: what was typed, else what is saved, else what a new definition begins with. */
export function useText(
  of: { readonly kind: DefinitionKind; readonly name: string },
  saved: SavedDefinition | null | undefined,
  start: string,
) {
  const [typed, setTyped] = useState<KeptText | undefined>(() => readKept(of));
  const [restored, setRestored] = useState(typed !== undefined);
  const savedEtag = saved?.etag ?? null;
  const text = typed?.text ?? saved?.text ?? start;
  const change = (kept: KeptText | undefined) => {
    keepText(of, kept);
    setTyped(kept);
  };
  const isLoaded = saved !== undefined;
  return {
    text,
    /** What the text began from; null when nothing was saved. */
    etag: typed ? typed.etag : savedEtag,
    isDirty: isLoaded && typed !== undefined && typed.text !== saved?.text,
    /** Somebody else changed the definition after this text was begun. */
    isOvertaken: isLoaded && typed !== undefined && typed.etag !== savedEtag && typed.text !== saved?.text,
    restored: restored && typed !== undefined,
    type: (value: string) => {
      if (value === text) return;
      setRestored(false);
      change(value === saved?.text ? undefined : { text: value, etag: typed ? typed.etag : savedEtag });
    },
    /** Goes back to what is saved. */
    forget: () => change(undefined),
    /** Takes a text that was thrown away back as an unsaved one. */
    takeBack: (value: string) => change({ text: value, etag: savedEtag }),
    /** Goes on with this text, on top of what somebody else saved. */
    goOn: () => typed && change({ ...typed, etag: savedEtag }),
  };
}

/** What is wrong with a text, a moment after the last key; undefined until that is known. */
export function useProblems(text: string, isReady: boolean) {
  const [settled] = useDebouncedValue(text, SETTLED_MS);
  return useQuery({
    queryKey: ['problems', settled],
    queryFn: () => validateText(settled),
    enabled: isReady && settled.trim() !== '',
    placeholderData: keepPreviousData,
    gcTime: 10_000,
  });
}
