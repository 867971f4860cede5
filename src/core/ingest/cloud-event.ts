import { type Json, type JsonObject, say } from '../kernel/index.ts';
import { type Rejection, reject } from './reason.ts';

/**
 * A CloudEvent 1.0 in its structured form as an event that `readEvent` reads: `type` is the event's name, `subject` (or the extension
 * `userid`) the user, `data` the properties. Of one `source` the `id` is unique, so both make the message id.
 */
export function readCloudEvent(raw: unknown): { readonly kind: 'mapped'; readonly event: JsonObject } | Rejection {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    return reject('not_an_object', say('A CloudEvent is a JSON object.'));
  }
  const cloud = raw as Readonly<Record<string, unknown>>;
  const missing = ['specversion', 'id', 'source', 'type'].filter((name) => text(cloud[name]) === undefined);
  if (missing.length > 0)
    return reject('not_a_cloud_event', say('The CloudEvent lacks {missing}.', { missing: missing.join(', ') }));
  if (!text(cloud.specversion)?.startsWith('1.')) {
    return reject('not_a_cloud_event', say('Only CloudEvents of version 1.0 are read.'));
  }
  const event: Record<string, Json> = {
    type: 'track',
    event: text(cloud.type) ?? '',
    messageId: `${text(cloud.source)}#${text(cloud.id)}`,
    properties: propertiesOf(cloud.data),
    context: {
      externalIds: ['email', 'phone'].flatMap((type) => {
        const id = text(cloud[type]);
        return id === undefined ? [] : [{ type, id }];
      }),
    },
  };
  const userId = text(cloud.userid) ?? text(cloud.subject);
  const anonymousId = text(cloud.anonymousid);
  const time = text(cloud.time);
  if (userId !== undefined) event.userId = userId;
  if (anonymousId !== undefined) event.anonymousId = anonymousId;
  if (time !== undefined) event.timestamp = time;
  return { kind: 'mapped', event };
}

function propertiesOf(data: unknown): JsonObject {
  if (data === undefined || data === null) return {};
  return typeof data === 'object' && !Array.isArray(data) ? (data as JsonObject) : { data: data as Json };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
