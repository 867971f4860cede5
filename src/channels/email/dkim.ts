import { createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { AppError, verbatim } from '../../core/kernel/index.ts';

/** The DKIM-Signature header of a message, with its CRLF at the end, to be put in front of it. */
export type DkimSigner = (raw: string) => Promise<string>;

export type DkimOptions = { readonly domain: string; readonly selector: string; readonly privateKey: string };

/** What is signed when present: everything that a reader sees or a mailbox provider acts on (RFC 6376 section 5.4, RFC 8058). */
const SIGNED = [
  ...['from', 'to', 'cc', 'subject', 'date', 'message-id', 'reply-to', 'in-reply-to', 'references'],
  ...['mime-version', 'content-type', 'content-transfer-encoding'],
  ...['list-id', 'list-unsubscribe', 'list-unsubscribe-post', 'feedback-id', 'cfbl-address', 'auto-submitted'],
];
/** Named once more than they occur, so that a second one cannot be added on the way (RFC 6376 section 8.15). */
const OVERSIGNED = new Set(['from', 'to', 'subject']);

/**
 * Signs with rsa-sha256 (RFC 6376) or ed25519-sha256 (RFC 8463), whichever the key is for, relaxed/relaxed. The expensive part runs on
 * libuv's threads.
 * @throws AppError `invalid` when the key cannot be read or is of another kind.
 */
export function createDkimSigner(options: DkimOptions): DkimSigner {
  const key = readKey(options.privateKey);
  const ed25519 = key.asymmetricKeyType === 'ed25519';
  const start = `v=1; a=${ed25519 ? 'ed25519' : 'rsa'}-sha256; c=relaxed/relaxed; d=${options.domain}; s=${options.selector};`;
  return async (raw) => {
    const { headers, body } = splitMessage(raw);
    const bodyHash = createHash('sha256').update(relaxedBody(body), 'utf8').digest('base64');
    const { names, canonical } = signedHeaders(headers);
    const unsigned = `${start}\r\n h=${foldNames(names)};\r\n bh=${bodyHash};\r\n b=`;
    const input = Buffer.from(`${canonical}${relaxedHeader('dkim-signature', unsigned)}`, 'utf8');
    const signature = await signBytes(key, ed25519, input);
    return `DKIM-Signature: ${unsigned}${foldSignature(signature.toString('base64'))}\r\n`;
  };
}

function readKey(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch (cause) {
    throw new AppError('invalid', verbatim('The DKIM private key is not a readable PEM private key.'), { cause });
  }
  if (key.asymmetricKeyType !== 'rsa' && key.asymmetricKeyType !== 'ed25519') {
    throw new AppError(
      'invalid',
      verbatim(`A DKIM key is RSA or Ed25519, not ${key.asymmetricKeyType ?? 'of unknown kind'}.`),
    );
  }
  return key;
}

function signBytes(key: KeyObject, ed25519: boolean, input: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, signature: Buffer) => (error ? reject(error) : resolve(signature));
    // RFC 8463 section 3: Ed25519 signs the SHA-256 of the data, not the data.
    if (ed25519) sign(null, createHash('sha256').update(input).digest(), key, done);
    else sign('sha256', input, key, done);
  });
}

/** Header fields in order, each with its lower-case name and its raw value (folds kept); and the body. */
export function splitMessage(raw: string): { headers: readonly (readonly [string, string])[]; body: string } {
  const end = raw.indexOf('\r\n\r\n');
  const head = end < 0 ? raw : raw.slice(0, end);
  const body = end < 0 ? '' : raw.slice(end + 4);
  const headers: [string, string][] = [];
  for (const line of head.split('\r\n')) {
    const last = headers[headers.length - 1];
    if (last && /^[ \t]/.test(line)) last[1] += `\r\n${line}`;
    else {
      const colon = line.indexOf(':');
      if (colon > 0) headers.push([line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1)]);
    }
  }
  return { headers, body };
}

function signedHeaders(headers: readonly (readonly [string, string])[]): { names: string[]; canonical: string } {
  const names: string[] = [];
  let canonical = '';
  for (const name of SIGNED) {
    // Several fields of one name are signed from the last to the first (RFC 6376 section 5.4.2).
    for (let index = headers.length - 1; index >= 0; index--) {
      const header = headers[index];
      if (header?.[0] !== name) continue;
      names.push(name);
      canonical += `${relaxedHeader(name, header[1])}\r\n`;
    }
    if (OVERSIGNED.has(name)) names.push(name);
  }
  return { names, canonical };
}

/** RFC 6376 section 3.4.2: unfold, one space for each run of white space, none at either end. */
export function relaxedHeader(name: string, value: string): string {
  return `${name}:${value
    .replaceAll('\r\n', '')
    .replace(/[ \t]+/g, ' ')
    .replace(/^ | $/g, '')}`;
}

/** RFC 6376 section 3.4.4: white space inside lines collapsed, at their ends removed, and no empty lines at the end. */
export function relaxedBody(body: string): string {
  // Collapsing first keeps the work linear: afterwards a line can end in one space only.
  let text = /[ \t]{2}|\t/.test(body) ? body.replace(/[ \t]+/g, ' ') : body;
  if (text.includes(' \r\n')) text = text.replaceAll(' \r\n', '\r\n');
  if (text.endsWith(' ')) text = text.slice(0, -1);
  let end = text.length;
  while (end >= 2 && text.charCodeAt(end - 1) === 10 && text.charCodeAt(end - 2) === 13) end -= 2;
  return end === 0 ? '' : `${text.slice(0, end)}\r\n`;
}

const FOLD_AT = 72;

function foldNames(names: readonly string[]): string {
  let text = '';
  let width = 3;
  names.forEach((name, index) => {
    const piece = index === 0 ? name : `:${name}`;
    if (width + piece.length > FOLD_AT) {
      text += '\r\n  ';
      width = 2;
    }
    text += piece;
    width += piece.length;
  });
  return text;
}

function foldSignature(base64: string): string {
  return (base64.match(/.{1,70}/g) ?? []).join('\r\n ');
}
