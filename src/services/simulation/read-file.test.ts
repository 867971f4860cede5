import { expect, test } from 'vitest';
import { readEventText } from './read-file.ts';

test('a line that is no event costs the others nothing and says what is wrong with it', () => {
  const track = { type: 'track', event: 'Ordered', userId: 'u1' };
  const lines = [
    JSON.stringify({ ...track, timestamp: '2026-11-01T10:00:00Z' }),
    '{"type"',
    JSON.stringify(track),
    JSON.stringify({ ...track, timestamp: 'yesterday' }),
    JSON.stringify({ ...track, userId: null, timestamp: '2026-11-01T10:00:00Z' }),
  ];
  const { events, rejected } = readEventText(lines.join('\n'));
  expect(events).toHaveLength(1);
  expect(rejected).toMatchObject([
    { line: 2 },
    { line: 3, reason: 'It says neither "timestamp" nor "receivedAt".' },
    { line: 4, reason: 'Its time cannot be read: "yesterday"' },
    { line: 5, reason: 'The event names nobody: neither userId nor anonymousId.' },
  ]);
});
