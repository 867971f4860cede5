import { expect, test } from 'vitest';
import { messageReference, readMessageNumber } from './reference.ts';

test('a message is named by its number or by the id that the API shows, and by nothing else', () => {
  expect(readMessageNumber('4509')).toBe(4_509);
  expect(readMessageNumber(messageReference({ bucket: 200, messageId: 4_509 }))).toBe(4_509);
  for (const text of ['', '0', '-1', '1.5', 'msg_', 'msg_0', 'msg_zzzzzzzzzzz', 'MSG_1kz4', '4509 ']) {
    expect(readMessageNumber(text)).toBeUndefined();
  }
});
