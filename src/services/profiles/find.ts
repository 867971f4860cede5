import { notFound } from '../../core/kernel/index.ts';
import { normaliseIdentity } from '../../core/profiles/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { findIdentities } from './store.ts';
import { findByEmail, findByNumber, type Place } from './store-read.ts';

const NUMBER = /^\d{1,15}$/;

/**
 * Whom a person at a terminal means: the number of a profile, an email address, or an identity as `namespace:value`.
 * @throws AppError `not_found`.
 */
export async function findPerson(db: Queryable, text: string): Promise<Place> {
  const found = await lookUp(db, text);
  if (!found) throw notFound('profile', text);
  return found;
}

function lookUp(db: Queryable, text: string): Promise<Place | undefined> {
  if (NUMBER.test(text)) return findByNumber(db, Number(text));
  const [, namespace, value] = /^([a-z][a-z0-9_-]*):(.+)$/.exec(text) ?? [];
  return namespace === undefined || value === undefined ? findByEmail(db, text) : findIdentity(db, namespace, value);
}

/** Whom an identity names; an email that is nobody's identity is looked for among the addresses, an `id` among the numbers. */
export async function findIdentity(db: Queryable, namespace: string, value: string): Promise<Place | undefined> {
  const form = normaliseIdentity(namespace, value);
  const [found] = form === undefined ? [] : await findIdentities(db, [{ namespace, value: form }]);
  if (found) return { bucket: found.bucket, profileId: found.profile_id };
  if (namespace === 'id' && NUMBER.test(value)) return findByNumber(db, Number(value));
  return namespace === 'email' ? findByEmail(db, value) : undefined;
}

/** @throws AppError `not_found`. */
export async function mustFindIdentity(db: Queryable, namespace: string, value: string): Promise<Place> {
  const found = await findIdentity(db, namespace, value);
  if (!found) throw notFound('profile', `${namespace}/${value}`);
  return found;
}
