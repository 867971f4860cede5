import { notFound } from '../../core/kernel/index.ts';
import type { Queryable } from '../../platform/sql/index.ts';
import { type ProfileRow, selectProfileByEmail, selectProfileById } from './store.ts';

/** Whom a preview or a proof is made for: an address, or the number of a profile. */
export type PersonReference = { readonly email: string } | { readonly profile_id: number };

export type Person = {
  readonly bucket: number;
  readonly profileId: number;
  readonly vars: Readonly<Record<string, unknown>>;
};

/** The person as templates see them. @throws AppError `not_found` */
export async function loadPerson(db: Queryable, reference: PersonReference): Promise<Person> {
  const row =
    'email' in reference
      ? await selectProfileByEmail(db, reference.email)
      : await selectProfileById(db, reference.profile_id);
  if (!row) throw notFound('profile', 'email' in reference ? reference.email : String(reference.profile_id));
  return { bucket: row.bucket, profileId: row.profile_id, vars: profileVars(row) };
}

/** Nobody in particular: every variable is missing. */
export const NOBODY: Person = { bucket: 0, profileId: 0, vars: {} };

/** The variables `profile.*`: the traits, and the columns that every profile has. */
function profileVars(row: ProfileRow): Record<string, unknown> {
  const { bucket: _, profile_id, traits, ...columns } = row;
  const known = Object.entries(columns).filter(([, value]) => value !== null);
  return { ...traits, ...Object.fromEntries(known), id: profile_id };
}
