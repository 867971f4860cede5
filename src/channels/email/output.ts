import type { Socket } from 'node:net';
import { type Content, ENVELOPE_BYTES_MAX } from './wire.ts';

/** One huge message must not leave every connection holding a huge buffer. */
const REUSED_BYTES_MAX = 1_048_576;

export type Output = {
  /** A buffer that nothing uses now, to encode the next message into. */
  spare(): Buffer | undefined;
  text(more: string): void;
  content(content: Content): void;
  /** Writes what was gathered. */
  flush(): void;
};

/**
 * Gathers what is said in one go into one write. A message stays in the buffer that it was encoded into, and the commands that
 * follow it are appended there; two buffers take turns, because one may still be on its way out while the other is filled.
 */
export function createOutput(socket: Socket): Output {
  let text = '';
  let pending: Content | undefined;
  let free: Buffer | undefined;

  function writeContent({ buffer, length }: Content): void {
    let end = length;
    if (text !== '' && text.length <= ENVELOPE_BYTES_MAX && text.length * 3 <= buffer.length - end) {
      end += buffer.write(text, end, 'utf8');
      text = '';
    }
    socket.write(buffer.subarray(0, end), () => {
      if (buffer.length <= REUSED_BYTES_MAX) free = buffer;
    });
  }

  function flush(): void {
    if (pending) {
      const content = pending;
      pending = undefined;
      writeContent(content);
    }
    if (text !== '') {
      socket.write(text, 'utf8');
      text = '';
    }
  }

  return {
    spare() {
      const buffer = free;
      free = undefined;
      return buffer;
    },
    text(more) {
      text += more;
    },
    content(content) {
      // What was gathered before goes out before.
      flush();
      pending = content;
    },
    flush,
  };
}
