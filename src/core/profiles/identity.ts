import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';

/** An identity as it is stored: the value in its namespace's normal form. */
export type Identity = { readonly namespace: string; readonly value: string };

/** Longer values cannot be a key of an index. */
export const IDENTITY_CHARS_MAX = 500;

const E164 = /^\+[1-9]\d{6,14}$/;
const MAILABLE = /^[^\s@]{1,64}@[^\s@]{1,255}$/;

export type PhoneOptions = {
  /** ISO 3166 code of the country that numbers without a prefix belong to. */
  readonly defaultCountry?: string | undefined;
};

/**
 * The normal form of an identity's value, or undefined when the value cannot be one: emails compare case-insensitively, phones are
 * E.164, every other namespace is compared as it is written without the space around it.
 */
export function normaliseIdentity(namespace: string, value: string, options: PhoneOptions = {}): string | undefined {
  const trimmed = value.trim();
  if (trimmed === '' || trimmed.length > IDENTITY_CHARS_MAX || trimmed.includes('\0')) return undefined;
  if (namespace === 'email') return MAILABLE.test(trimmed) ? trimmed.toLowerCase() : undefined;
  if (namespace === 'phone') return normalisePhone(trimmed, options);
  return trimmed;
}

/** A phone number as E.164, or undefined when it cannot be one. A number already written that way is taken as it is. */
export function normalisePhone(text: string, { defaultCountry }: PhoneOptions = {}): string | undefined {
  const trimmed = text.trim();
  if (E164.test(trimmed)) return trimmed;
  const international = trimmed.startsWith('00') ? `+${trimmed.slice(2)}` : trimmed;
  const parsed = parsePhoneNumberFromString(international, isCountry(defaultCountry) ? defaultCountry : undefined);
  return parsed?.isPossible() ? parsed.number : undefined;
}

/** Whether a text names a country whose numbers can be read. */
export function isCountry(code: string | undefined): code is CountryCode {
  return code !== undefined && isSupportedCountry(code);
}
