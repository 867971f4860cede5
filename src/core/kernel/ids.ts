declare const brand: unique symbol;
type Id<Name extends string> = number & { readonly [brand]: Name };

/** A profile's number, unique in the installation. A profile is addressed by (bucket, profile id). */
export type ProfileId = Id<'profile'>;
/** 0 to 255: the unit of order, of parallel work and of distribution. */
export type Bucket = Id<'bucket'>;
export type MessageId = Id<'message'>;
export type SendId = Id<'send'>;
export type RunId = Id<'run'>;
export type ImportId = Id<'import'>;

export const BUCKETS = 256;

/** Marks a number read from a trusted place (a database row, a verified token) as an id of the wanted kind. */
export function asId<T extends Id<string>>(value: number): T {
  return value as T;
}
