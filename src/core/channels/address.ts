/** One run of characters of a local part: RFC 5322 `atext`, and letters beyond ASCII (RFC 6531) without spaces and controls. */
const BEYOND_ASCII =
  '\\u00a1-\\u1fff\\u2010-\\u2027\\u2030-\\u205e\\u2070-\\u2fff\\u3001-\\ud7ff\\uf900-\\ufefe\\uff10-\\uffdc';
const ATOM = `[a-zA-Z0-9!#$%&'*+/=?^_\`{|}~${BEYOND_ASCII}-]+`;
const EDGE = `[a-zA-Z0-9${BEYOND_ASCII}]`;
const LABEL = `${EDGE}(?:[a-zA-Z0-9${BEYOND_ASCII}-]{0,61}${EDGE})?`;
const TOP_LABEL = `(?![0-9]+$)${EDGE}[a-zA-Z0-9${BEYOND_ASCII}-]{0,61}${EDGE}`;

/**
 * The addresses that can be mailed, as a regular expression that JavaScript and PostgreSQL (`~`) both read and judge alike, so that
 * a whole population can be checked in one statement. A subset of RFC 5321: no quoted local parts, no address literals, no
 * single-label domains, at most 64 characters before the `@` and 254 in all.
 */
export const MAILABLE_PATTERN = `^(?!.{255})(?=[^@]{1,64}@)${ATOM}(?:\\.${ATOM})*@(?:${LABEL}\\.)+${TOP_LABEL}$`;

const MAILABLE = new RegExp(MAILABLE_PATTERN);

/** Whether a mail server can be asked to deliver to this address. Says nothing about whether the mailbox exists. */
export function isMailable(address: string): boolean {
  return MAILABLE.test(address);
}

/**
 * The form in which addresses are compared and suppressed: without surrounding space, lower case, Unicode NFC, the domain in its
 * ASCII form. Text that is no address comes back trimmed and in lower case.
 */
export function normaliseEmail(text: string): string {
  const lower = text.trim().toLowerCase().normalize('NFC');
  const at = lower.lastIndexOf('@');
  if (at < 0 || isAscii(lower)) return lower;
  return `${lower.slice(0, at)}@${asciiDomain(lower.slice(at + 1)) ?? lower.slice(at + 1)}`;
}

/** The part after the last `@`, lower case and in ASCII form; empty when there is none. */
export function domainOf(address: string): string {
  const at = address.lastIndexOf('@');
  if (at < 0) return '';
  const domain = address.slice(at + 1).toLowerCase();
  return isAscii(domain) ? domain : (asciiDomain(domain) ?? domain);
}

/** The address with its domain in ASCII form, as headers and servers without SMTPUTF8 take it; unchanged when IDNA does not allow it. */
export function withAsciiDomain(address: string): string {
  if (isAscii(address)) return address;
  const at = address.lastIndexOf('@');
  return `${address.slice(0, at + 1)}${asciiDomain(address.slice(at + 1)) ?? address.slice(at + 1)}`;
}

/**
 * A domain as DNS and SMTP servers without SMTPUTF8 take it (`bücher.example` -> `xn--bcher-kva.example`); undefined when IDNA does
 * not allow it.
 */
export function asciiDomain(domain: string): string | undefined {
  if (isAscii(domain)) return domain.toLowerCase();
  try {
    return new URL(`http://${domain}`).hostname;
  } catch {
    // Not a host name by the rules of IDNA: the caller treats the address as one that cannot be mailed.
    return undefined;
  }
}

export function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) > 0x7f) return false;
  }
  return true;
}
