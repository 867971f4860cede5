import { Fragment } from 'react';
import { useFormat } from '../i18n/format.ts';

/** A time in the viewer's zone, which the title names. */
export function Moment({ at }: { readonly at: string | Date }) {
  const format = useFormat();
  return (
    <time dateTime={new Date(at).toISOString()} title={format.exactly(at)} style={{ whiteSpace: 'nowrap' }}>
      {format.moment(at)}
    </time>
  );
}

/** Moments as sentences of the server name them: to the second in UTC, or as ISO 8601 has them. */
const INSTANT = /(\d{4}-\d{2}-\d{2}(?:T[\d:.]+Z| \d{2}:\d{2}:\d{2} UTC))/;

/** A sentence of the server, its moments as the viewer reads them. */
export function WithMoments({ text }: { readonly text: string }) {
  return text.split(INSTANT).map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text have no other name.
    <Fragment key={index}>{index % 2 === 1 ? <Moment at={isoOf(part)} /> : part}</Fragment>
  ));
}

function isoOf(instant: string): string {
  return instant.replace(' UTC', 'Z').replace(' ', 'T');
}
