import { Fragment } from 'react';

/** Names in quotation marks of the four languages, and numbers with what they count. */
const TELLING = /("[^"]*"|« [^»]* »|«[^»]*»|“[^”]*”|\d+(?:[.,]\d+)?)/;

/** A rule in words; what a reader looks for in it stands out. */
export function Sentence({ text }: { readonly text: string }) {
  return text.split(TELLING).map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text have no other name.
    <Fragment key={index}>{index % 2 === 1 ? <b>{part}</b> : part}</Fragment>
  ));
}
