export {
  IDENTITY_CHARS_MAX,
  type Identity,
  isCountry,
  normaliseIdentity,
  normalisePhone,
  type PhoneOptions,
} from './identity.ts';
export {
  ConsentInput,
  ConsentStatus,
  ProfileInput,
  type ProfileOutcome,
  type RejectedProfile,
  WritableColumn,
} from './profile.ts';
export { type IdentityRow, identityKey, type ProfilePlace, type Resolution, resolveRows } from './resolve.ts';
