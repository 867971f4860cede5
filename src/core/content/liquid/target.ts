import { escapeHtml, unescapeHtml } from './escape.ts';
import type { Compilation, Scopes } from './scope.ts';

/** How a part is written: as people see it, or already encoded for the wire. */
export type Target = {
  /** Text of the template itself; done once, when compiling. */
  readonly literal: (text: string) => string;
  /** A value, or HTML that is safe already. */
  readonly value: (text: string) => string;
  /** A value that must be escaped for HTML first. */
  readonly escaped: (text: string) => string;
  /** Follows every value, so that what comes next starts on a new encoded line. */
  readonly tail: string;
};

/** Everything that compiling a node needs beside the node. */
export type Place = { readonly compilation: Compilation; readonly scopes: Scopes; readonly target: Target };

const same = (text: string) => text;

/** An address inside an attribute: what the reader of the HTML will make of it. */
export const addressTarget: Target = { literal: unescapeHtml, value: unescapeHtml, escaped: same, tail: '' };

export const plainTarget: Target = { literal: same, value: same, escaped: escapeHtml, tail: '' };
