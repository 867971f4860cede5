import { useLingui } from '@lingui/react/macro';
import { Table, VisuallyHidden } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useFormat } from '../i18n/format.ts';
import classes from './report.module.css';

export type Line = {
  readonly name: string;
  /** The second of two is dashed, so that colour is not all that tells them apart. */
  readonly values: readonly number[];
};

const WIDTH_MIN = 320;
const HEIGHT = 190;
const LEFT = 40;
const BOTTOM = 22;
const RIGHT = 64;
const TICKS_MAX = 6;
const SPANS_MAX = 1_000;

/** Counts over time on one axis; a table says the same to those who do not see it. */
export function TimeSeries(props: {
  readonly label: string;
  /** The beginning of each span. */
  readonly at: readonly string[];
  readonly every: 'hour' | 'day';
  readonly lines: readonly Line[];
}) {
  const { i18n } = useLingui();
  const { ref, width } = useElementSize<HTMLElement>();
  const format = useFormat();
  const { at, lines, every } = props;
  const right = Math.max(WIDTH_MIN, width);
  const top = niceTop(Math.max(1, ...lines.flatMap(({ values }) => values)));
  const x = (index: number) => LEFT + (index / Math.max(1, at.length - 1)) * (right - LEFT - RIGHT);
  const y = (value: number) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - BOTTOM - 8);
  const tick = new Intl.DateTimeFormat(
    i18n.locale,
    every === 'day' ? { day: 'numeric', month: 'short' } : { weekday: 'short', hour: '2-digit', minute: '2-digit' },
  );
  const step = Math.max(1, Math.ceil(at.length / TICKS_MAX));
  const ends = apart(lines.map(({ values }) => y(values.at(-1) ?? 0)));
  return (
    <figure className={classes.series} ref={ref}>
      <svg viewBox={`0 0 ${right} ${HEIGHT}`} height={HEIGHT} role="img" aria-label={props.label}>
        {[0, top / 2, top].map((value) => (
          <g key={value}>
            <line x1={LEFT} x2={right - RIGHT} y1={y(value)} y2={y(value)} className={classes.grid} />
            <text x={LEFT - 8} y={y(value) + 4} textAnchor="end" className={classes.tick}>
              {format.number(value)}
            </text>
          </g>
        ))}
        {at.map((moment, index) =>
          index % step === 0 ? (
            <text
              key={moment}
              x={x(index)}
              y={HEIGHT - 5}
              textAnchor={index === 0 ? 'start' : 'middle'}
              className={classes.tick}
            >
              {tick.format(new Date(moment))}
            </text>
          ) : null,
        )}
        {lines.map(({ name, values }, nth) => (
          <g key={name} data-nth={nth} className={classes.line}>
            {nth === 0 && (
              <path
                d={`${pathOf(values, x, y)}L${x(values.length - 1)} ${y(0)}L${x(0)} ${y(0)}Z`}
                className={classes.area}
              />
            )}
            <path d={pathOf(values, x, y)} className={classes.stroke} />
            <text x={x(values.length - 1) + 8} y={(ends[nth] ?? 0) + 4} className={classes.name}>
              {name}
            </text>
          </g>
        ))}
      </svg>
      <SeriesTable {...props} />
    </figure>
  );
}

/** The same in words and numbers, for those who do not see the lines. */
function SeriesTable({
  label,
  at,
  lines,
}: {
  readonly label: string;
  readonly at: readonly string[];
  readonly lines: readonly Line[];
}) {
  const { t } = useLingui();
  const format = useFormat();
  return (
    <VisuallyHidden>
      <Table aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t`Time`}</Table.Th>
            {lines.map(({ name }) => (
              <Table.Th key={name}>{name}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {at.map((moment, index) => (
            <Table.Tr key={moment}>
              <Table.Td>{format.moment(moment)}</Table.Td>
              {lines.map(({ name, values }) => (
                <Table.Td key={name}>{format.number(values[index] ?? 0)}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </VisuallyHidden>
  );
}

function pathOf(values: readonly number[], x: (index: number) => number, y: (value: number) => number): string {
  return values.map((value, index) => `${index === 0 ? 'M' : 'L'}${x(index)} ${y(value)}`).join('');
}

/** 1, 2 or 5 times a power of ten, and even, so that half of it is a whole number. */
function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return Math.max(2, ([1, 2, 5, 10].find((factor) => factor * power >= value) ?? 10) * power);
}

const NAME_HEIGHT = 14;

/** The same heights, moved so far that two names do not lie on each other. */
function apart([first = 0, second]: readonly number[]): readonly number[] {
  if (second === undefined || Math.abs(first - second) >= NAME_HEIGHT) return [first, second ?? 0];
  return first <= second ? [second - NAME_HEIGHT, second] : [first, first - NAME_HEIGHT];
}

/** Every span from the one before something happened to the one after, so that a line begins and ends where nothing was. */
export function spansBetween(moments: readonly string[], every: 'hour' | 'day'): readonly string[] {
  const stepMs = every === 'hour' ? 3_600_000 : 86_400_000;
  const [first, last] = [moments[0], moments.at(-1)];
  if (first === undefined || last === undefined) return [];
  const from = new Date(first).getTime() - stepMs;
  const count = Math.min(SPANS_MAX, Math.round((new Date(last).getTime() - from) / stepMs) + 2);
  return Array.from({ length: count }, (_, index) => new Date(from + index * stepMs).toISOString());
}
