import type { EventItem } from '../engine/index.ts';
import { type Instant, type Json, type JsonObject, say } from '../kernel/index.ts';
import type { PhoneOptions } from '../profiles/index.ts';
import { cleanEvent } from './clean.ts';
import { findIdentities } from './identities.ts';
import { occurredAt, readInstant } from './instant.ts';
import { type Rejection, reject } from './reason.ts';

/** What is known of an event beside itself. */
export type Arrival = PhoneOptions & {
  readonly receivedAt: Instant;
  /** When the client sent the request, by the client's clock. */
  readonly sentAt?: Instant | undefined;
  /** The write key's name, or the inlet. */
  readonly source: string;
  /** Fills history without triggering anything. */
  readonly historical?: boolean | undefined;
  /** Makes the id of an event that came without one. */
  readonly newId: () => string;
};

export type ReadEvent = { readonly kind: 'accepted'; readonly item: EventItem } | Rejection;

export const EVENT_TYPES = ['track', 'identify', 'page', 'screen', 'group', 'alias'] as const;
export type EventType = EventItem['type'];

/** The names under which rules know what is not a track. */
export const EVENT_NAMES = {
  identify: 'Identify',
  page: 'Page Viewed',
  screen: 'Screen Viewed',
  group: 'Group Joined',
  alias: 'Alias',
} as const satisfies Record<Exclude<EventType, 'track'>, string>;

const EVENT_NAME_CHARS_MAX = 200;
/** Longer texts cannot be a key of an index, in whatever letters. */
const GROUP_ID_CHARS_MAX = 500;
/** Printable ASCII, short enough for the same reason. */
const DEVICE_TOKEN = /^[\x20-\x7e]{1,2000}$/;
const NOTHING: JsonObject = Object.freeze({});

/**
 * Reads one event of the Segment specification as clients really send it: null user ids, numeric ids, properties that are no object.
 * The answer is an event for the engine, or why it is none. Nothing of `raw` is changed.
 */
export function readEvent(raw: unknown, arrival: Arrival): ReadEvent {
  if (!isObject(raw)) return reject('not_an_object', say('An event is a JSON object.'));
  const cleaned = cleanEvent(raw);
  if (cleaned.kind === 'rejected') return cleaned;
  const { event } = cleaned;
  const type = typeOf(event.type);
  if (type === undefined) {
    return reject('unknown_type', say('"type" must be one of {types}.', { types: EVENT_TYPES.join(', ') }));
  }
  const name = nameOf(type, event);
  if (typeof name !== 'string') return name;
  const context = objectOr(event.context);
  const traits = traitsOf(type, event, context);
  const { identities, refused } = findIdentities({ type, event, context, traits, options: arrival });
  if (identities.length === 0) {
    return refused.length === 0
      ? reject('missing_identity', say('The event names nobody: neither userId nor anonymousId.'))
      : reject(
          'invalid_identity',
          say('The event names nobody: {names} cannot be an identity.', { names: refused.join(', ') }),
        );
  }
  const sentAt = arrival.sentAt ?? readInstant(event.sentAt);
  const { receivedAt } = arrival;
  const time = occurredAt({ original: event.originalTimestamp ?? event.timestamp, sentAt, receivedAt });
  if (time.kind === 'rejected') return time;
  const group = type === 'group' ? { key: idText(event.groupId), traits: objectOr(event.traits) } : undefined;
  if (group?.key === '') return reject('missing_group_id', say('A group event needs a groupId.'));
  if (group && group.key.length > GROUP_ID_CHARS_MAX) {
    return reject('missing_group_id', say('A groupId has {max} characters at most.', { max: GROUP_ID_CHARS_MAX }));
  }
  const device = deviceOf(context);
  const item: EventItem = {
    kind: 'event',
    type,
    name,
    properties: propertiesOf(type, event, context),
    traits,
    identities,
    messageId: idText(event.messageId) || arrival.newId(),
    occurredAt: time.instant,
    receivedAt,
    source: arrival.source,
    ...(arrival.historical ? { historical: true } : undefined),
    ...(device ? { device } : undefined),
    ...(group ? { group } : undefined),
  };
  return { kind: 'accepted', item };
}

function nameOf(type: EventType, event: JsonObject): string | Rejection {
  if (type !== 'track') return EVENT_NAMES[type];
  const name = typeof event.event === 'string' ? event.event.trim() : '';
  if (name === '') return reject('missing_event_name', say('A track event needs a text as its "event".'));
  if (name.length <= EVENT_NAME_CHARS_MAX) return name;
  return reject(
    'event_name_too_long',
    say('The name of an event has {max} characters at most.', { max: EVENT_NAME_CHARS_MAX }),
  );
}

/** A page and a screen carry their name and category among the properties; a page also where it is. */
function propertiesOf(type: EventType, event: JsonObject, context: JsonObject): JsonObject {
  const properties = objectOr(event.properties);
  if (type === 'group') return { ...properties, group_id: idText(event.groupId) };
  if (type !== 'page' && type !== 'screen') return properties;
  const made: Record<string, Json> = type === 'page' ? pageOf(context) : {};
  if (typeof event.name === 'string') made.name = event.name;
  if (typeof event.category === 'string') made.category = event.category;
  return Object.assign(made, properties);
}

const PAGE_KEYS = ['url', 'path', 'title', 'referrer', 'search'] as const;

function pageOf(context: JsonObject): Record<string, Json> {
  const page = objectOr(context.page);
  const made: Record<string, Json> = {};
  for (const key of PAGE_KEYS) {
    const value = page[key];
    if (typeof value === 'string' && value !== '') made[key] = value;
  }
  return made;
}

/** What some SDKs send as a zone. It is none: it knows of no summer, and must not stand in place of one that is known. */
const OFFSET = /^(?:GMT|UTC)?[+-]\d/i;

/** What the event says about the person. A browser tells its language and its zone beside it. */
function traitsOf(type: EventType, event: JsonObject, context: JsonObject): JsonObject {
  if (type !== 'identify') return objectOr(context.traits);
  const traits = objectOr(event.traits);
  const { locale, timezone } = context;
  const tellsLocale = typeof locale === 'string' && locale !== '' && traits.locale === undefined;
  const isZone = typeof timezone === 'string' && timezone !== '' && !OFFSET.test(timezone);
  const tellsZone = isZone && traits.time_zone === undefined;
  if (!tellsLocale && !tellsZone) return traits;
  return {
    ...traits,
    ...(tellsLocale ? { locale } : undefined),
    ...(tellsZone ? { time_zone: timezone } : undefined),
  };
}

function deviceOf(context: JsonObject): EventItem['device'] | undefined {
  const { token, type } = objectOr(context.device);
  if (typeof token !== 'string' || !DEVICE_TOKEN.test(token)) return undefined;
  return { token, platform: typeof type === 'string' && type !== '' ? type.toLowerCase() : 'unknown' };
}

/** An id as text; empty when there is none. */
function idText(value: unknown): string {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value.trim() : '';
}

function typeOf(value: unknown): EventType | undefined {
  const text = typeof value === 'string' ? value.toLowerCase() : value;
  return EVENT_TYPES.find((type) => type === text);
}

function objectOr(value: unknown): JsonObject {
  return isObject(value) ? value : NOTHING;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
