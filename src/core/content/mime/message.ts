import type { MessageEnvelope } from '../compiled-template.ts';
import type { Mailbox } from '../definition.ts';
import { rfc5322Date } from '../liquid/index.ts';
import { headerLine, InvalidHeader, mailboxText, subjectText } from './headers.ts';

/** "=_" never occurs in quoted-printable text, so this line never occurs in a part (RFC 2045 section 6.7). */
const BOUNDARY = '=_carillon_part';

const partHead = (type: string) =>
  `Content-Type: text/${type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n`;
const PLAIN_HEAD = partHead('plain');
const HTML_HEAD = partHead('html');
const MULTIPART_HEAD = `Content-Type: multipart/alternative; boundary="${BOUNDARY}"\r\n\r\n--${BOUNDARY}\r\n${PLAIN_HEAD}`;
const BETWEEN = `\r\n--${BOUNDARY}\r\n${HTML_HEAD}`;
const END = `\r\n--${BOUNDARY}--\r\n`;

/** Headers that the composer writes itself; a caller that gives one of them is refused. */
const OWN_HEADERS = new Set([
  'from',
  'to',
  'reply-to',
  'subject',
  'date',
  'message-id',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'bcc',
  'cc',
  'sender',
]);

export type MessageWriter = (input: {
  readonly envelope: MessageEnvelope;
  /** One line, not yet encoded. */
  readonly subject: string;
  /** Quoted-printable already. */
  readonly text: string | undefined;
  readonly html: string | undefined;
}) => string;

/**
 * Makes the function that puts a message together (RFC 5322, RFC 2045). It remembers what hardly changes from one message to the
 * next: the sender, the date of this second, headers of the whole send. @throws InvalidHeader
 */
export function createMessageWriter(own: { readonly from?: Mailbox; readonly replyTo?: Mailbox }): MessageWriter {
  const from = rememberMailbox('From');
  const replyTo = rememberMailbox('Reply-To');
  const date = rememberDate();
  const header = rememberHeaders();
  return ({ envelope, subject, text, html }) => {
    const reply = own.replyTo ?? envelope.replyTo;
    let head = from(own.from ?? envelope.from);
    head += `To: ${mailboxText(envelope.to, 'To')}\r\n`;
    if (reply) head += replyTo(reply);
    head += `Subject: ${subjectText(subject)}\r\n${messageId(envelope.messageId)}${date(envelope.date)}`;
    for (const [name, value] of envelope.headers) head += header(name, value);
    head += 'MIME-Version: 1.0\r\n';
    if (html === undefined) return `${head}${PLAIN_HEAD}${text ?? ''}\r\n`;
    if (text === undefined) return `${head}${HTML_HEAD}${html}\r\n`;
    return head + MULTIPART_HEAD + text + BETWEEN + html + END;
  };
}

const NOT_IN_MESSAGE_ID = /[^!-;=?-~]/;

function messageId(id: string): string {
  if (NOT_IN_MESSAGE_ID.test(id)) throw new InvalidHeader('The Message-ID is not valid.');
  return `Message-ID: <${id}>\r\n`;
}

function rememberMailbox(name: string): (mailbox: Mailbox) => string {
  let email: string | undefined;
  let display: string | undefined;
  let line = '';
  return (mailbox) => {
    if (mailbox.email !== email || mailbox.name !== display) {
      line = `${name}: ${mailboxText(mailbox, name)}\r\n`;
      email = mailbox.email;
      display = mailbox.name;
    }
    return line;
  };
}

/** More names than any caller has. */
const HEADERS_MAX = 50;

function rememberHeaders(): (name: string, value: string) => string {
  const known = new Map<string, { value: string; line: string }>();
  return (name, value) => {
    const last = known.get(name);
    if (last && last.value === value) return last.line;
    if (!last && OWN_HEADERS.has(name.toLowerCase())) {
      throw new InvalidHeader(`Header ${name} is written by the composer.`);
    }
    const line = headerLine(name, value);
    if (last) {
      last.value = value;
      last.line = line;
    } else if (known.size < HEADERS_MAX) {
      known.set(name, { value, line });
    }
    return line;
  };
}

function rememberDate(): (instant: number) => string {
  let second = Number.NaN;
  let line = '';
  return (instant) => {
    const current = Math.floor(instant / 1_000);
    if (current !== second) {
      line = `Date: ${rfc5322Date(current * 1_000)}\r\n`;
      second = current;
    }
    return line;
  };
}
