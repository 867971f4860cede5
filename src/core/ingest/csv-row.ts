import type { Json, JsonObject } from '../kernel/index.ts';

/** Columns that say who, what and when, by their names in small letters without underscores, with the fields that they fill. */
const FIELDS = new Map([
  ['type', 'type'],
  ['event', 'event'],
  ['userid', 'userId'],
  ['anonymousid', 'anonymousId'],
  ['previousid', 'previousId'],
  ['groupid', 'groupId'],
  ['messageid', 'messageId'],
  ['timestamp', 'timestamp'],
  ['originaltimestamp', 'originalTimestamp'],
  ['receivedat', 'receivedAt'],
]);
const IDENTITIES = new Set(['email', 'phone']);
const PEOPLE = new Set(['userid', 'anonymousid', ...IDENTITIES]);

/** Whether a header is that of a table of events: its columns say what happened, and to whom. */
export function isEventHeader(header: readonly string[]): boolean {
  const names = header.map(plain);
  return names.some((name) => name === 'event' || name === 'type') && names.some((name) => PEOPLE.has(name));
}

/**
 * A row of CSV as an event of the Segment specification: `email` and `phone` are identities, `traits.x` is a trait, and every column
 * that is no field of the specification is a property. Empty fields are left out, numbers and truth values are such.
 */
export function eventOfRow(header: readonly string[], fields: readonly string[]): JsonObject {
  const event: Record<string, Json> = { type: 'track' };
  const properties: Record<string, Json> = {};
  const traits: Record<string, Json> = {};
  const externalIds: Json[] = [];
  for (const [index, name] of header.entries()) {
    const text = fields[index] ?? '';
    if (text === '') continue;
    const field = FIELDS.get(plain(name));
    if (field !== undefined) event[field] = text;
    else if (IDENTITIES.has(plain(name))) externalIds.push({ type: plain(name), id: text });
    else if (name.startsWith('traits.')) traits[name.slice('traits.'.length)] = scalarOf(text);
    else properties[name.replace(/^properties\./, '')] = scalarOf(text);
  }
  const context = externalIds.length === 0 ? {} : { externalIds };
  const isAboutTraits = event.type === 'identify' || event.type === 'group';
  return isAboutTraits ? { ...event, traits, context } : { ...event, properties, context: { ...context, traits } };
}

/** Numbers and truth values as such: rules compare `total` as a number. */
export function scalarOf(text: string): Json {
  if (/^-?(0|[1-9]\d{0,14})(\.\d{1,10})?$/.test(text)) return Number(text);
  return text === 'true' ? true : text === 'false' ? false : text;
}

function plain(name: string): string {
  return name.trim().toLowerCase().replaceAll('_', '');
}
