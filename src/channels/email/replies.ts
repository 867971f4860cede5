/** A complete reply: its code, and its text with the lines of a multi-line reply joined by line feeds. */
export type Reply = { readonly code: number; readonly text: string };

export type ReplyReader = {
  /** Takes bytes as they come; calls back for each complete reply, in order. */
  push(chunk: Buffer): void;
};

/** RFC 5321 says 512; servers send more, but nobody needs this much. */
const LINE_MAX = 4_096;
const LINES_MAX = 200;
const TEXT_MAX = 4_000;

/** Splits what a server says into replies. `onGarbage` is called once when it is not SMTP, and nothing is read after that. */
export function createReplyReader(
  onReply: (code: number, text: string) => void,
  onGarbage: (what: string) => void,
): ReplyReader {
  let rest = '';
  let lines = 0;
  let earlier = '';
  let broken = false;

  function garbage(what: string): void {
    broken = true;
    onGarbage(what);
  }

  function take(line: string): void {
    const code = codeOf(line);
    const separator = line.charCodeAt(3);
    const text = line.slice(4);
    if (line.length > LINE_MAX) {
      garbage('a reply line that is too long');
    } else if (code === 0) {
      garbage(`not an SMTP reply: "${printable(line.slice(0, 80))}"`);
    } else if (separator !== DASH) {
      const whole = earlier + text;
      lines = 0;
      earlier = '';
      onReply(code, whole);
    } else if (++lines > LINES_MAX) {
      garbage('a reply of too many lines');
    } else if (earlier.length < TEXT_MAX) {
      earlier += `${text}\n`;
    }
  }

  return {
    push(chunk) {
      if (broken) return;
      const data = rest + chunk.toString('latin1');
      let start = 0;
      while (!broken) {
        const end = data.indexOf('\n', start);
        if (end < 0) break;
        take(data.slice(start, data.charCodeAt(end - 1) === CR && end > start ? end - 1 : end));
        start = end + 1;
      }
      rest = data.slice(start);
      if (!broken && rest.length > LINE_MAX) garbage('a reply line that does not end');
    },
  };
}

const DASH = 45;
const SPACE = 32;
const CR = 13;

/** The code of a reply line, or 0 when it is none: three digits, the first 2 to 5, then a space, a dash or the end. */
function codeOf(line: string): number {
  const separator = line.charCodeAt(3);
  if (line.length > 3 && separator !== SPACE && separator !== DASH) return 0;
  let code = 0;
  for (let index = 0; index < 3; index++) {
    const digit = line.charCodeAt(index) - 48;
    if (!(digit >= 0 && digit <= 9)) return 0;
    code = code * 10 + digit;
  }
  return code >= 200 && code <= 599 ? code : 0;
}

/** A server's words as a log or a message row may hold them: one line, no control characters, of bounded length. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not get through.
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').slice(0, 500);
}
