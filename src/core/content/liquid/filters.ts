import { type Liquid, filters as liquidFilters, toValue } from 'liquidjs';
import { civilTime, parseIso } from './civil.ts';
import { escapeHtml } from './escape.ts';
import { createDateFormatter } from './strftime.ts';
import { stringify } from './values.ts';

export type FilterSettings = {
  /** Values are escaped for HTML where they are put out. */
  readonly html: boolean;
  readonly locale: string;
  readonly timeZone: string;
};

/** What Liquid calls a filter with as `this`; `now` is a register that the renderer sets. */
type FilterCall = { readonly context: { getRegister(name: string): unknown } };
type NamedArgument = readonly [name: string, value: unknown];

const LIQUID_DATE_FORMAT = '%A, %B %-e, %Y at %-l:%M %P %z';
/** Number formatters are costly to make: they are kept, up to this many. */
const NUMBER_FORMATTERS_MAX = 500;

/**
 * Makes the filters deterministic and safe: dates know the injected `now`, the zone and the language instead of the machine's;
 * `money` and `number` are added; `sample` (random) is taken away. In HTML, filters that make HTML themselves are not escaped again.
 */
export function installFilters(liquid: Liquid, settings: FilterSettings): void {
  liquid.unregisterFilter('sample');
  installDates(liquid, settings);
  installNumbers(liquid, settings);
  if (!settings.html) return;
  for (const name of ['escape', 'xml_escape', 'escape_once'] as const) {
    const filter = liquidFilters[name];
    if (typeof filter === 'function') liquid.registerFilter(name, { raw: true, handler: filter });
  }
  liquid.registerFilter('newline_to_br', {
    raw: true,
    handler: (value: unknown) => escapeHtml(stringify(value)).replace(/\r?\n/g, '<br />\n'),
  });
}

function installDates(liquid: Liquid, settings: FilterSettings): void {
  const format = createDateFormatter();

  const show = (call: FilterCall, value: unknown, pattern: string, zone: string, locale: string): unknown => {
    const moment = momentOf(value, call);
    if (!moment) return value;
    return format(moment.instant, pattern, moment.dateOnly ? 'UTC' : zone, locale);
  };
  const plain = (pattern: string, locale = settings.locale) =>
    function (this: FilterCall, value: unknown) {
      return show(this, value, pattern, settings.timeZone, locale);
    };

  liquid.registerFilter('date', function (this: FilterCall, value: unknown, ...args: unknown[]) {
    const { positional, named } = sortArguments(args);
    const pattern = positional[0] === undefined || positional[0] === null ? LIQUID_DATE_FORMAT : positional[0];
    const zone = stringify(named.get('zone') ?? positional[1]) || settings.timeZone;
    const locale = stringify(named.get('locale')) || settings.locale;
    return show(this, value, stringify(pattern), zone, locale);
  });
  liquid.registerFilter('date_to_xmlschema', plain('%Y-%m-%dT%H:%M:%S%:z'));
  liquid.registerFilter('date_to_rfc822', plain('%a, %d %b %Y %H:%M:%S %z', 'en'));
  for (const [name, month] of [
    ['date_to_string', '%b'],
    ['date_to_long_string', '%B'],
  ] as const) {
    liquid.registerFilter(name, function (this: FilterCall, value: unknown, kind?: unknown, style?: unknown) {
      const ordinal = style === 'US' ? `${month} %-d%q, %Y` : `%-d%q ${month} %Y`;
      return show(this, value, kind === 'ordinal' ? ordinal : `%d ${month} %Y`, settings.timeZone, settings.locale);
    });
  }
}

function momentOf(given: unknown, call: FilterCall): { instant: number; dateOnly: boolean } | undefined {
  const value = toValue(given);
  if (value === 'now' || value === 'today') {
    const now = call.context.getRegister('now');
    return { instant: typeof now === 'number' ? now : 0, dateOnly: false };
  }
  if (typeof value === 'number') return representable(value * 1_000);
  if (typeof value === 'string') return /^\d+$/.test(value) ? representable(Number(value) * 1_000) : parseIso(value);
  if (isDate(value)) return representable(value.getTime());
  return undefined;
}

/** The same range as ECMAScript's time values. */
function representable(instant: number): { instant: number; dateOnly: boolean } | undefined {
  return Math.abs(instant) <= 8.64e15 ? { instant, dateOnly: false } : undefined;
}

function isDate(value: unknown): value is { getTime(): number } {
  return typeof value === 'object' && value !== null && 'getTime' in value && typeof value.getTime === 'function';
}

function installNumbers(liquid: Liquid, settings: FilterSettings): void {
  const formatters = new Map<string, Intl.NumberFormat>();
  const formatter = (locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat => {
    const key = `${locale}/${options.currency ?? ''}/${options.minimumFractionDigits ?? ''}`;
    const kept = formatters.get(key);
    if (kept) return kept;
    if (formatters.size >= NUMBER_FORMATTERS_MAX) formatters.clear();
    const made = numberFormat(locale, options);
    formatters.set(key, made);
    return made;
  };

  // {{ row.total | money: 'EUR' }}, {{ row.total | money: row.currency, locale: profile.locale }}
  liquid.registerFilter('money', (value: unknown, ...args: unknown[]) => {
    const { positional, named } = sortArguments(args);
    const amount = numberOf(value);
    if (amount === undefined) return value;
    const currency = stringify(positional[0]).toUpperCase() || 'EUR';
    const locale = stringify(named.get('locale') ?? positional[1]) || settings.locale;
    return formatter(locale, { style: 'currency', currency }).format(amount);
  });
  // {{ row.count | number }}, {{ row.average | number: 1 }}
  liquid.registerFilter('number', (value: unknown, ...args: unknown[]) => {
    const { positional, named } = sortArguments(args);
    const amount = numberOf(value);
    if (amount === undefined) return value;
    const digits = numberOf(positional[0]);
    const fixed = digits === undefined ? {} : Math.max(0, Math.min(20, Math.floor(digits)));
    const options = typeof fixed === 'number' ? { minimumFractionDigits: fixed, maximumFractionDigits: fixed } : fixed;
    return formatter(stringify(named.get('locale')) || settings.locale, options).format(amount);
  });
}

function numberOf(given: unknown): number | undefined {
  const value = toValue(given);
  if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  try {
    return new Intl.NumberFormat(locale.replace('_', '-'), options);
  } catch {
    // A locale that a person has wrong falls back; a wrong currency is the template's mistake and fails.
    return new Intl.NumberFormat('en', options);
  }
}

function sortArguments(args: readonly unknown[]): { positional: unknown[]; named: Map<string, unknown> } {
  const positional: unknown[] = [];
  const named = new Map<string, unknown>();
  for (const argument of args) {
    if (isNamed(argument)) named.set(argument[0], argument[1]);
    else positional.push(argument);
  }
  return { positional, named };
}

function isNamed(argument: unknown): argument is NamedArgument {
  return Array.isArray(argument) && argument.length === 2 && typeof argument[0] === 'string';
}

/** The Date header of RFC 5322, in UTC. */
export function rfc5322Date(instant: number): string {
  const { weekday, day, month, year, hour, minute, second } = civilTime(instant);
  const two = (value: number) => String(value).padStart(2, '0');
  const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  return `${days[weekday]}, ${two(day)} ${months[month - 1]} ${year} ${two(hour)}:${two(minute)}:${two(second)} +0000`;
}
