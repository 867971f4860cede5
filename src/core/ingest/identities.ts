import type { JsonObject } from '../kernel/index.ts';
import { type Identity, normaliseIdentity, type PhoneOptions } from '../profiles/index.ts';

/** What programs send when a variable was empty. Taken as an identity, it would glue all these people into one. */
const PLACEHOLDERS: ReadonlySet<string> = new Set([
  '-1',
  '0',
  '00000000-0000-0000-0000-000000000000',
  '[object object]',
  '(null)',
  '(none)',
  'anonymous',
  'guest',
  'nan',
  'nil',
  'none',
  'null',
  'undefined',
  'unknown',
  'void',
]);

const NAMESPACE = /^[a-z][a-z0-9_-]{0,62}$/;
const EXTERNAL_IDS_MAX = 20;

/** The identities of one event, and the values that were given but cannot be one. */
export type FoundIdentities = { readonly identities: Identity[]; readonly refused: string[] };

type Names = {
  readonly type: string;
  readonly event: JsonObject;
  readonly context: JsonObject;
  readonly traits: JsonObject;
  readonly options: PhoneOptions;
};

/**
 * Whom an event is about: the user id, the anonymous id, of an alias the id before, email and phone among what it says about the
 * person, and `context.externalIds`; in this order, each once. The first says which bucket the event goes to.
 */
export function findIdentities({ type, event, context, traits, options }: Names): FoundIdentities {
  const found: FoundIdentities = { identities: [], refused: [] };
  const add = (namespace: string, value: unknown) => addIdentity(found, namespace, value, options);
  add('user_id', event.userId);
  add('anonymous_id', event.anonymousId);
  if (type === 'alias') {
    // The specification lets it be either.
    add('anonymous_id', event.previousId);
    add('user_id', event.previousId);
  }
  if (traits.email !== undefined) add('email', traits.email);
  if (traits.phone !== undefined) add('phone', traits.phone);
  addExternal(context.externalIds, add);
  return found;
}

function addExternal(externalIds: unknown, add: (namespace: string, value: unknown) => void): void {
  if (!Array.isArray(externalIds)) return;
  for (const external of externalIds.slice(0, EXTERNAL_IDS_MAX)) {
    const { type, id } = (external ?? {}) as { type?: unknown; id?: unknown };
    const namespace = typeof type === 'string' ? type.trim().toLowerCase() : '';
    if (NAMESPACE.test(namespace)) add(namespace, id);
  }
}

function addIdentity(found: FoundIdentities, namespace: string, given: unknown, options: PhoneOptions): void {
  if (given === undefined || given === null || given === '') return;
  const text = typeof given === 'number' ? textOf(given) : given;
  const value =
    typeof text === 'string' && !PLACEHOLDERS.has(text.trim().toLowerCase())
      ? normaliseIdentity(namespace, text, options)
      : undefined;
  if (value === undefined) {
    found.refused.push(`${namespace} ${shorten(given)}`);
    return;
  }
  for (const known of found.identities) if (known.namespace === namespace && known.value === value) return;
  found.identities.push({ namespace, value });
}

/** Undefined where the number is not the one that was sent: it was rounded, and others round to the same. */
function textOf(number: number): string | undefined {
  return Number.isInteger(number) && !Number.isSafeInteger(number) ? undefined : String(number);
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}
