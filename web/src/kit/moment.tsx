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
