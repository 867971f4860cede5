import { asciiDomain, isAscii, isMailable } from '../../core/channels/index.ts';
import type { Email } from '../../core/deliveries/index.ts';

/** What the server said it can do, from its answer to EHLO. */
export type Capabilities = {
  readonly pipelining: boolean;
  readonly eightBitMime: boolean;
  readonly smtpUtf8: boolean;
  readonly startTls: boolean;
  /** Undefined: it did not say; 0: it has no fixed limit. */
  readonly sizeMax: number | undefined;
  /** AUTH mechanisms in upper case. */
  readonly mechanisms: readonly string[];
};

/** Reads the text of an EHLO answer, one keyword a line; the first line is the greeting. */
export function capabilitiesOf(text: string): Capabilities {
  const words = text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().toUpperCase().split(/[ =]+/));
  const has = (keyword: string) => words.some(([first]) => first === keyword);
  const size = words.find(([first]) => first === 'SIZE');
  return {
    pipelining: has('PIPELINING'),
    eightBitMime: has('8BITMIME'),
    smtpUtf8: has('SMTPUTF8'),
    startTls: has('STARTTLS'),
    sizeMax: size && /^\d+$/.test(size[1] ?? '') ? Number(size[1]) : undefined,
    mechanisms: words.filter(([first]) => first === 'AUTH').flatMap(([, ...mechanisms]) => mechanisms),
  };
}

/** The recipient as it goes over the wire; undefined when no server can be asked for it. */
export function wireRecipient(address: string): { readonly path: string; readonly domain: string } | undefined {
  if (!isMailable(address)) return undefined;
  const at = address.lastIndexOf('@');
  const domain = asciiDomain(address.slice(at + 1));
  return domain === undefined ? undefined : { path: `${address.slice(0, at)}@${domain}`, domain };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these would end the command and start another.
const UNSAFE_IN_PATH = /[\u0000-\u0020<>\u007f]/;

/** The envelope sender may be empty (RFC 5321 section 4.5.5); else it must not be able to break out of its brackets. */
export function isSafeSender(path: string): boolean {
  return !UNSAFE_IN_PATH.test(path);
}

/** A message as bytes: dot-stuffed, ending in CRLF and the final dot, followed by room for the next commands. */
export type Content = { readonly buffer: Buffer; readonly length: number; readonly eightBit: boolean };

/** Room behind a message for MAIL, RCPT and DATA of the next one: two paths of 254 characters and the words around them. */
export const ENVELOPE_BYTES_MAX = 1_400;

const DOT = 46;
const LF = 10;

/**
 * Encodes a message into `reusable` when it fits, else into a new buffer. Lines that start with a dot get another one (RFC 5321
 * section 4.5.2), also after a bare LF: no server may mistake a part of the content for its end.
 */
export function encodeContent(raw: string, reusable: Buffer | undefined): Content {
  const stuffed = raw.charCodeAt(0) === DOT || raw.includes('\n.') ? stuffDots(raw) : raw;
  const ended = stuffed.charCodeAt(stuffed.length - 1) === LF ? stuffed : `${stuffed}\r\n`;
  const needed = ended.length + ENVELOPE_BYTES_MAX;
  let buffer = reusable && reusable.length >= needed ? reusable : Buffer.allocUnsafeSlow(needed + (needed >> 2));
  let length = buffer.write(ended, 0, 'utf8');
  // One byte per character means that all of it is ASCII; anything else is either longer or did not fit.
  const eightBit = length !== ended.length;
  if (eightBit) {
    const bytes = Buffer.byteLength(ended, 'utf8');
    buffer = Buffer.allocUnsafeSlow(bytes + ENVELOPE_BYTES_MAX);
    length = buffer.write(ended, 0, 'utf8');
  }
  length += buffer.write('.\r\n', length, 'latin1');
  return { buffer, length, eightBit };
}

function stuffDots(raw: string): string {
  const inside = raw.replaceAll('\n.', '\n..');
  return raw.charCodeAt(0) === DOT ? `.${inside}` : inside;
}

/** MAIL FROM with the parameters that this message needs and this server knows. */
export function mailCommand(email: Email, content: Content, capabilities: Capabilities, needsUtf8: boolean): string {
  let command = `MAIL FROM:<${email.envelopeFrom}>`;
  if (capabilities.sizeMax !== undefined) command += ` SIZE=${content.length}`;
  if (content.eightBit) command += ' BODY=8BITMIME';
  if (needsUtf8) command += ' SMTPUTF8';
  return `${command}\r\n`;
}

/** Why this server cannot be given this message at all; undefined when it can. */
export function obstacle(
  content: Content,
  capabilities: Capabilities,
  needsUtf8: boolean,
): { readonly reason: string; readonly detail: string } | undefined {
  // First: its To header makes such a message 8-bit, and the address is what is in the way (RFC 6531 section 3.1).
  if (needsUtf8 && !capabilities.smtpUtf8) {
    const detail = 'The local part has characters beyond ASCII, and the server does not offer SMTPUTF8.';
    return { reason: 'address_beyond_ascii', detail };
  }
  if (content.eightBit && !capabilities.eightBitMime) {
    return { reason: 'content_refused', detail: 'The message has 8-bit characters and the server takes none.' };
  }
  const sizeMax = capabilities.sizeMax ?? 0;
  if (sizeMax > 0 && content.length > sizeMax) {
    return { reason: 'message_too_large', detail: `${content.length} bytes; the server takes at most ${sizeMax}.` };
  }
  return undefined;
}

/** A local part beyond ASCII needs SMTPUTF8 (RFC 6531); a domain does not, it has an ASCII form. */
export function needsSmtpUtf8(envelopeFrom: string, recipient: string): boolean {
  return !isAscii(recipient) || !isAscii(envelopeFrom);
}
