import { domainOf, isAscii, isMailable, withAsciiDomain } from '../../channels/index.ts';
import type { Mailbox } from '../definition.ts';
import { encodePoint } from './quoted-printable.ts';

/** Thrown for a header that must not go out; the message fails with reason `invalid_header`. */
export class InvalidHeader extends Error {}

/** RFC 5322 forbids lines longer than 998; values that cannot be folded must fit with their name. */
const LINE_MAX = 998;
/** Where lines are folded, and how long an encoded word may be (RFC 2047 section 2). */
const FOLD_AT = 76;
const ENCODED_WORD_MAX = 75;

/** `Name: value` of a header that the caller made: ASCII and one line, else it is refused. */
export function headerLine(name: string, value: string): string {
  if (!isHeaderName(name)) throw new InvalidHeader(`"${printable(name)}" is not the name of a header.`);
  if (NOT_PRINTABLE.test(value)) {
    throw new InvalidHeader(`Header ${name} holds a line break or a character beyond ASCII.`);
  }
  if (name.length + 2 + value.length > LINE_MAX) throw new InvalidHeader(`Header ${name} is too long.`);
  return `${name}: ${value}\r\n`;
}

const NOT_PRINTABLE = /[^ -~]/;

function isHeaderName(name: string): boolean {
  return /^[!-9;-~]+$/.test(name);
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 80);
}

/**
 * An address as it stands in From, To and Reply-To: `Name <a@b>`, its domain in ASCII form. That of the recipient may have a local part
 * beyond ASCII, written as it is (RFC 6532): the envelope needs SMTPUTF8 for it all the same.
 */
export function mailboxText(mailbox: Mailbox, headerName: string): string {
  const { name } = mailbox;
  const email = withAsciiDomain(mailbox.email);
  if (!isAddress(email) && !(headerName === 'To' && isMailable(email) && isAscii(domainOf(email))))
    throw new InvalidHeader(`"${printable(email)}" is not an address that ${headerName} can carry.`);
  const clean = name === undefined ? '' : oneLine(name);
  if (clean === '') return email;
  return `${displayName(clean, headerName.length + 2)} <${email}>`;
}

const NOT_IN_ADDRESS = /[^!#-+\x2d-:=?-~]/;

/** Cheap and strict: no blank, no control, no bracket, no comma; whether it can be mailed is decided elsewhere. */
function isAddress(email: string): boolean {
  const at = email.lastIndexOf('@');
  return at > 0 && at < email.length - 1 && email.length <= 320 && !NOT_IN_ADDRESS.test(email);
}

function displayName(name: string, column: number): string {
  if (!isPlain(name)) return encodedWords(name, column);
  if (/^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~ ]+$/.test(name)) return name;
  return `"${name.replace(/["\\]/g, '\\$&')}"`;
}

/** The Subject header's value, encoded (RFC 2047) and folded where needed. */
export function subjectText(subject: string): string {
  const column = 'Subject: '.length;
  if (!isPlain(subject)) return encodedWords(subject, column);
  return subject.length + column <= FOLD_AT ? subject : fold(subject, column);
}

/** Header text is one line without control characters, and without blanks at its ends. */
export function oneLine(text: string): string {
  return CONTROL.test(text) ? text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim() : text.trim();
}

const CONTROL = /[\p{Cc}\u2028\u2029]/u;
const BEYOND_ASCII = /[\x7f-\uffff]/;

/** ASCII, and nothing in it that a reader would take for an encoded word. */
function isPlain(text: string): boolean {
  return text.length < LINE_MAX / 2 && !BEYOND_ASCII.test(text) && !text.includes('=?');
}

/** Breaks lines only at single blanks, so that unfolding gives back the same text. */
function fold(text: string, firstColumn: number): string {
  let out = '';
  let column = firstColumn;
  let word = '';
  const flush = (separator: string) => {
    if (separator === ' ' && column + 1 + word.length > FOLD_AT && column > 1) {
      out += `\r\n ${word}`;
      column = 1 + word.length;
    } else {
      out += separator + word;
      column += separator.length + word.length;
    }
    word = '';
  };
  let separator = '';
  for (let at = 0; at < text.length; at++) {
    const single = text[at] === ' ' && text[at - 1] !== ' ' && text[at + 1] !== ' ';
    if (!single) {
      word += text[at];
      continue;
    }
    flush(separator);
    separator = ' ';
  }
  flush(separator);
  return out;
}

const PREFIX = '=?UTF-8?Q?';

/** Encoded words of at most 75 characters that never split a character; blanks between them do not count (RFC 2047). */
function encodedWords(text: string, firstColumn: number): string {
  let out = PREFIX;
  let room = Math.min(ENCODED_WORD_MAX, FOLD_AT - firstColumn) - PREFIX.length - 2;
  for (const character of text) {
    const piece = wordPiece(character);
    if (piece.length > room) {
      out += `?=\r\n ${PREFIX}`;
      room = ENCODED_WORD_MAX - PREFIX.length - 2;
    }
    out += piece;
    room -= piece.length;
  }
  return `${out}?=`;
}

function wordPiece(character: string): string {
  if (character === ' ') return '_';
  return /^[A-Za-z0-9!*+\-/]$/.test(character) ? character : encodePoint(character.codePointAt(0) ?? 0xfffd);
}
