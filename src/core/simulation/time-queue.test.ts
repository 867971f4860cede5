import fc from 'fast-check';
import { expect, test } from 'vitest';
import { timeQueue } from './time-queue.ts';

test('things come in order of their instants, and those of one instant in the order in which they were put', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 }),
      fc.integer({ min: 0, max: 50 }),
      (instants, early) => {
        const queue = timeQueue<number>();
        const taken: [number, number][] = [];
        for (const [order, at] of instants.slice(0, early).entries()) queue.put(at, order);
        const expected = instants
          .map((at, order): [number, number] => [at, order])
          .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        for (const [order, at] of instants.slice(early).entries()) queue.put(at, early + order);
        while (queue.size > 0) {
          const next = queue.nextAt();
          const entry = queue.take();
          expect(entry?.at).toBe(next);
          if (entry) taken.push([entry.at, entry.item]);
        }
        expect(taken).toEqual(expected);
        expect(queue.take()).toBeUndefined();
      },
    ),
  );
});
