import { KEPT } from '../kit/kept-text.ts';
import type { DefinitionKind } from './problem.ts';

/** A text that was typed and not saved, and what it began from. */
export type KeptText = { readonly text: string; readonly etag: string | null };

type Name = { readonly kind: DefinitionKind; readonly name: string };

const slotOf = ({ kind, name }: Name) => `${KEPT}definition:${kind}/${name}`;

/** The unsaved text of a definition, which outlives a crash of the page and the end of a session. */
export function readKept(of: Name): KeptText | undefined {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(slotOf(of)) ?? 'null');
    return isKept(kept) ? kept : undefined;
  } catch {
    // What cannot be read was not ours; the editor begins with what is saved.
    return undefined;
  }
}

/** Keeps a text until it is saved; undefined forgets it. */
export function keepText(of: Name, kept: KeptText | undefined): void {
  try {
    if (kept === undefined) sessionStorage.removeItem(slotOf(of));
    else sessionStorage.setItem(slotOf(of), JSON.stringify(kept));
  } catch {
    // The browser's space is full: the text is still on the screen.
  }
}

function isKept(value: unknown): value is KeptText {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'text') === 'string';
}
