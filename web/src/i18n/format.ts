import { useLingui } from '@lingui/react';
import type { Language } from './index.ts';

/** The viewer's zone; shown beside every time of day, because colleagues sit elsewhere. */
export const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The console's language, as the API names it. */
export function useLanguage(): Language {
  const { i18n } = useLingui();
  return i18n.locale as Language;
}

const SECOND = ['second', 1_000] as const;
const UNITS = [['day', 86_400_000], ['hour', 3_600_000], ['minute', 60_000], SECOND] as const;

/** The language as this person's country writes it: a reader of English may write the day before the month. */
function regionalOf(language: string): string {
  return navigator.languages.find((tag) => tag.split('-')[0] === language) ?? language;
}

/** Numbers and times in the console's language. */
export function useFormat(): Format {
  const { i18n } = useLingui();
  return formatOf(i18n.locale);
}

type Format = ReturnType<typeof createFormat>;
const made = new Map<string, Format>();

/** One for the whole console: what Intl makes costs more than a step of a canvas that uses it. */
function formatOf(language: string): Format {
  const known = made.get(language) ?? createFormat(language);
  made.set(language, known);
  return known;
}

function createFormat(language: string) {
  const locale = regionalOf(language);
  const number = new Intl.NumberFormat(locale);
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const signed = new Intl.NumberFormat(locale, { signDisplay: 'exceptZero' });
  const points = new Intl.NumberFormat(locale, { signDisplay: 'exceptZero', maximumFractionDigits: 1 });
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const momentZone = new Intl.DateTimeFormat(locale, {
    dateStyle: 'full',
    timeStyle: 'long',
  });
  const unit = (name: string) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: 0 });
  const calendarDay = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' });
  const day = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
  const at = (value: string | number | Date) => new Date(value);
  return {
    number: (value: number) => number.format(value),
    share: (value: number) => share.format(value),
    /** With its sign: more or less. */
    signed: (value: number) => signed.format(value),
    /** A difference of two shares, with its sign, in percentage points. */
    points: (value: number) => points.format(value * 100),
    moment: (value: string | number | Date) => moment.format(at(value)),
    time: (value: string | number | Date) => time.format(at(value)),
    /** What clocks show in a zone; nothing where the zone is unknown. */
    timeIn: (value: Date, timeZone: string) => {
      try {
        return new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone }).format(value);
      } catch (error) {
        if (error instanceof RangeError) return undefined;
        throw error;
      }
    },
    /** With the zone, for the title of a moment. */
    exactly: (value: string | number | Date) => momentZone.format(at(value)),
    bytes: (value: number) => bytesText(language, value),
    /** A day of the calendar, `2026-03-02`, wherever one sits. */
    calendarDay: (value: string) => calendarDay.format(new Date(`${value}T00:00:00Z`)),
    /** How long, in the unit that says it best: 14 min, 2 h. */
    duration: (ms: number) => {
      const [name, size] = UNITS.find(([, each]) => ms >= each) ?? SECOND;
      return unit(name).format(Math.floor(ms / size));
    },
    day: (value: string | number | Date) => day.format(at(value)),
  };
}

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

function bytesText(locale: string, value: number): string {
  const step = Math.min(Math.floor(Math.log10(Math.max(value, 1)) / 3), BYTE_UNITS.length - 1);
  const options = { style: 'unit', unit: BYTE_UNITS[step], unitDisplay: 'short', maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(locale, options as Intl.NumberFormatOptions).format(value / 1_000 ** step);
}
